import type { IncomingMessage } from 'node:http'
import { plainAddress, within } from '../domain/cidr.ts'
import { Problem } from '../domain/problem.ts'

/** Where a request comes from, and how. */
export interface Caller {
  /** Of the client: the last on the way that is no trusted proxy. Empty on a socket file. */
  address: string
  /** Under TLS, to us or to the proxy that we trust: cookies are then `Secure`. */
  secure: boolean
  /** The host that was asked for, with its port. */
  host: string | undefined
  /** From this machine itself, and for nobody else: no proxy forwards it, and no page of another name asks. */
  local: boolean
  /** Over http through a network, where passwords and cookies can be read on the way: pages show a banner. */
  exposed: boolean
}

export interface CallerOptions {
  trustedProxies: readonly string[]
  publicUrl: string | undefined
}

export type CallerOf = (request: IncomingMessage) => Caller

/**
 * The one place that reads forwarding headers. They are believed from trusted proxies alone, and of a list only what
 * those proxies themselves appended, from the right. RFC 7239's Forwarded is not read: a proxy that sets one kind of header
 * passes on what the client wrote into the other.
 */
export function callersOf({ trustedProxies, publicUrl = '' }: CallerOptions): CallerOf {
  const trusts = within(trustedProxies)
  const isPublicSecure = publicUrl.startsWith('https:')
  return ({ socket, headers }) => {
    const peer = plainAddress(socket.remoteAddress ?? '') ?? ''
    const believed = trusts(peer)
    const told = (name: string) => (believed ? lastOf(headers[name]) : undefined)
    const forwarded = forwarding.some(name => headers[name] !== undefined)
    const proto = told('x-forwarded-proto')?.toLowerCase()
    const secure = 'encrypted' in socket || (believed && (proto === undefined ? isPublicSecure : proto === 'https'))
    const host = told('x-forwarded-host') ?? headers.host
    const near = !forwarded && (socket.remoteAddress === undefined || isLoopback(peer))
    return {
      address: believed ? clientOf(headers['x-forwarded-for'], peer, trusts) : peer,
      secure,
      host,
      // Whoever asks under another name may be a page that was lured here (DNS rebinding), or a proxy that says nothing.
      local: near && (socket.remoteAddress === undefined || isLoopbackName(host)),
      // A browser that asked for localhost and came through the gateway of a container did not leave its machine.
      exposed: !secure && !near && (forwarded || !isLoopbackName(host)),
    }
  }
}

/** Throws where a password or session cookie would travel in the open, unless the operator allows it. */
export function demandSafeWay({ exposed }: Caller, allowPlainHttp: boolean): void {
  if (!exposed || allowPlainHttp) return
  throw new Problem(
    'Auth.PlainHttp',
    'Signing in over http from another machine would show the password to the network. Use https: built in (tls-cert, ' +
      'tls-key), or by a proxy named in trusted-proxies with an https public-url; or set allow-plain-http.',
  )
}

/** What proxies add. That one is there tells that somebody forwards, believed or not. */
const forwarding = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'via']

/** From the right, over those whom we trust: the first that we do not, or the outermost of all. */
function clientOf(list: string | string[] | undefined, peer: string, trusts: (address: string) => boolean): string {
  let client = peer
  for (const hop of itemsOf(list).reverse()) {
    const address = plainAddress(withoutPort(hop))
    if (address === undefined) break
    client = address
    if (!trusts(address)) break
  }
  return client
}

const itemsOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .join()
    .split(',')
    .map(each => each.trim())
    .filter(Boolean)

const lastOf = (header: string | string[] | undefined): string | undefined => itemsOf(header).at(-1)

/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write. */
const withoutPort = (hop: string): string => hop.replace(/^\[(.+)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')

const isLoopback = within(['loopback'])

const isLoopbackName = (host: string | undefined): boolean => {
  const name = host?.replace(/:\d*$/, '').toLowerCase() ?? ''
  return /^([\w-]+\.)*localhost$/.test(name) || isLoopback(name.replace(/^\[(.*)\]$/, '$1'))
}
