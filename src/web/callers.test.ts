import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { type CallerOptions, callersOf, demandSafeWay } from './callers.ts'

const proxied = { trustedProxies: ['10.0.0.0/8', 'loopback'], publicUrl: undefined }
const bare = { trustedProxies: [], publicUrl: undefined }

/** A request as far as its way here tells. */
const from = (
  peer: string | undefined,
  headers: Record<string, string> = {},
  options: CallerOptions = proxied,
  encrypted?: true,
) =>
  // Nothing else of a request is looked at.
  callersOf(options)({
    socket: { remoteAddress: peer, ...(encrypted && { encrypted }) },
    headers: { host: 'kaiten.example.com', ...headers },
  } as unknown as IncomingMessage)

describe('the address of the caller', () => {
  test.each([
    ['of a peer that is no proxy is its own, whatever it says', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['is what a trusted proxy appended', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['is not what the client wrote before it', '10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['goes past trusted proxies', '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.9', '198.51.100.1'],
    ['is the outermost where all are trusted', '10.0.0.1', '10.0.0.8, 10.0.0.9', '10.0.0.8'],
    ['is the proxy’s where it says nothing', '10.0.0.1', '', '10.0.0.1'],
    ['ends before what is no address', '10.0.0.1', '198.51.100.1, unknown, 10.0.0.9', '10.0.0.9'],
    ['has no port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['of IPv6 has no port or brackets', '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['has one spelling', '::ffff:10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['takes nothing that could break a line', '10.0.0.1', '1.1.1.1\\n{}', '10.0.0.1'],
  ])('%s', (_, peer, list, expected) => {
    expect(from(peer, list ? { 'x-forwarded-for': list } : {}).address).toBe(expected)
  })

  test('is never read from Forwarded, which a proxy that sets the other headers passes on from the client', () => {
    expect(from('10.0.0.1', { forwarded: 'for=1.1.1.1' }).address).toBe('10.0.0.1')
  })
})

describe('a way is secure', () => {
  const https = { ...proxied, publicUrl: 'https://kaiten.example.com' }
  test.each([
    ['under TLS', true, from('192.0.2.1', {}, bare, true)],
    ['not over http', false, from('192.0.2.1', {}, bare)],
    ['when the trusted proxy says so', true, from('10.0.0.1', { 'x-forwarded-proto': 'https' })],
    ['not when the trusted proxy says otherwise', false, from('10.0.0.1', { 'x-forwarded-proto': 'http' }, https)],
    ['not when anybody else says so', false, from('192.0.2.1', { 'x-forwarded-proto': 'https' }, https)],
    ['when the last proxy says so', true, from('10.0.0.1', { 'x-forwarded-proto': 'http, https' })],
    ['when a trusted proxy says nothing and the public address is https', true, from('10.0.0.1', {}, https)],
    ['not when a stranger comes and the public address is https', false, from('192.0.2.1', {}, https)],
  ])('%s', (_, secure, caller) => {
    expect(caller.secure).toBe(secure)
  })
})

describe('a caller is local', () => {
  test.each([
    ['on loopback under its name', true, from('127.0.0.1', { host: 'localhost:6060' }, bare)],
    ['on loopback under its address', true, from('::1', { host: '[::1]:6060' }, bare)],
    ['on a socket file', true, from(undefined, { host: '' }, bare)],
    [
      'not through a proxy on loopback',
      false,
      from('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '::1' }, bare),
    ],
    ['not through one that is trusted', false, from('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '::1' })],
    ['not through one that sets Forwarded', false, from('127.0.0.1', { host: 'localhost', forwarded: 'x' }, bare)],
    ['not under a name that leads here', false, from('127.0.0.1', { host: 'rebound.example.com' }, bare)],
    ['not from another machine that says localhost', false, from('192.0.2.1', { host: 'localhost' }, bare)],
  ])('%s', (_, local, caller) => {
    expect(caller.local).toBe(local)
  })
})

describe('signing in', () => {
  const mayOnly = (caller: ReturnType<typeof from>, allowed = false) => {
    try {
      demandSafeWay(caller, allowed)
      return true
    } catch {
      return false
    }
  }
  test.each([
    ['over http from another machine is refused', from('192.0.2.1', {}, bare), false],
    ['on this machine is fine', from('127.0.0.1', { host: 'localhost:6060' }, bare), true],
    ['at localhost through the gateway of a container is fine', from('172.17.0.1', { host: 'localhost' }, bare), true],
    ['through a proxy that nobody trusts is refused', from('127.0.0.1', { 'x-forwarded-for': '1.1.1.1' }, bare), false],
    ['under TLS is fine', from('192.0.2.1', {}, bare, true), true],
    ['through a proxy with https is fine', from('10.0.0.1', { 'x-forwarded-proto': 'https' }), true],
    ['through a proxy with http is refused', from('10.0.0.1', { 'x-forwarded-proto': 'http' }), false],
  ])('%s', (_, caller, may) => {
    expect(mayOnly(caller)).toBe(may)
    expect(mayOnly(caller, true)).toBe(true)
    expect(caller.exposed).toBe(!may)
  })
})
