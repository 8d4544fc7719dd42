import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { Agent, request as requestUnderTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'
import { Certificate } from './certificate.ts'

let place: string
const pems: { cert: string; private: string }[] = []
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'kaiten-tls-'))
  for (let n = 0; n < 3; n++)
    pems.push(await generate([{ name: 'commonName', value: `kaiten-${n}` }], { keyType: 'ec' }))
})
afterAll(() => rmSync(place, { recursive: true }))

/** A version of the pair in a folder of its own, to which a symbolic link leads: as Kubernetes and certbot do it. */
function lay(folder: string, cert: number, key = cert): void {
  const version = join(folder, `v${Math.random()}`)
  mkdirSync(version, { recursive: true })
  writeFileSync(join(version, 'tls.crt'), pems[cert]?.cert ?? '')
  writeFileSync(join(version, 'tls.key'), pems[key]?.private ?? '', { mode: 0o600 })
  symlinkSync(version, join(folder, 'next'))
  renameSync(join(folder, 'next'), join(folder, 'current'))
}

const settings = (folder: string) => ({
  KAITEN_TLS_CERT: join(folder, 'current/tls.crt'),
  KAITEN_TLS_KEY: join(folder, 'current/tls.key'),
})

async function tlsHouse(name: string): Promise<{ house: TestHouse; folder: string; port: number }> {
  const folder = join(place, name)
  lay(folder, 0)
  const house = await testHouse(settings(folder))
  return { house, folder, port: Number(new URL(house.url).port) }
}

/** Who the server says it is, to a new connection. */
const nameAt = (port: number, options = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, rejectUnauthorized: false, ...options }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })

const health = (url: string, agent: Agent): Promise<{ status: number; hsts: string | undefined }> =>
  new Promise((resolve, reject) => {
    requestUnderTls(`${url}/api/healthz`, { agent }, answer => {
      answer
        .resume()
        .on('end', () => resolve({ status: answer.statusCode ?? 0, hsts: answer.headers['strict-transport-security'] }))
    })
      .on('error', reject)
      .end()
  })

test('the front door speaks https, 1.2 or newer, and tells browsers to stay with it', async () => {
  const { house, port } = await tlsHouse('speaks')
  await using _ = house
  expect(house.url).toMatch(/^https:/)
  const agent = new Agent({ rejectUnauthorized: false })
  expect(await health(house.url, agent)).toEqual({ status: 200, hsts: 'max-age=63072000' })
  agent.destroy()
  expect(await nameAt(port, { maxVersion: 'TLSv1.2' })).toBe('kaiten-0')
  await expect(nameAt(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow()
})

test('whoever speaks plain http to it is cut off, and no fault of ours', async () => {
  const { house, port } = await tlsHouse('plain')
  await using _ = house
  const cutOff = new Promise((_resolve, reject) => request({ port, timeout: 5000 }).on('error', reject).end())
  await expect(cutOff).rejects.toThrow('hang up')
  expect(house.faults).toEqual([])
})

test('a renewed certificate is taken without dropping connections; one that does not fit is not', async () => {
  const { house, folder, port } = await tlsHouse('renewed')
  await using _ = house
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  let connections = 0
  const counting = agent.createConnection.bind(agent)
  agent.createConnection = (...given) => {
    connections++
    return counting(...given)
  }
  // Asked on and on, so that it does not end by being idle.
  const becomes = (name: string) =>
    expect.poll(() => health(house.url, agent).then(() => nameAt(port)), { timeout: 10_000, interval: 200 }).toBe(name)
  await becomes('kaiten-0')

  lay(folder, 1)
  await becomes('kaiten-1')
  lay(folder, 2, 0)
  await expect.poll(() => house.faults, { timeout: 10_000 }).toEqual([expect.stringContaining('the old one stays')])
  await becomes('kaiten-1')
  rmSync(join(folder, 'current'))
  lay(folder, 2)
  await becomes('kaiten-2')
  expect(connections).toBe(1)
  agent.destroy()
})

test('a pair that cannot be served with is told in a sentence at the start', () => {
  const folder = join(place, 'never')
  lay(folder, 0, 1)
  const pair = { cert: join(folder, 'current/tls.crt'), key: join(folder, 'current/tls.key') }
  expect(() => new Certificate(pair, quiet)).toThrow(/tls\.crt with .*tls\.key cannot be used: .*mismatch/)
  expect(() => new Certificate({ ...pair, key: 'nowhere' }, quiet)).toThrow('nowhere cannot be used: ENOENT')
})

test('a key that others may read, and a certificate that ends soon, are warned of', async () => {
  const ending = await generate(undefined, { keyType: 'ec', notAfterDate: new Date(Date.now() + 86_400_000) })
  const pair = { cert: join(place, 'ending.crt'), key: join(place, 'ending.key') }
  writeFileSync(pair.cert, ending.cert)
  writeFileSync(pair.key, ending.private, { mode: 0o644 })
  const warnings: string[] = []
  new Certificate(pair, { ...quiet, warn: (_, message) => warnings.push(message) })
  expect(warnings).toEqual([
    'the TLS certificate expires soon',
    'others may read or change the TLS key: chmod 600 or 640',
  ])
})

test('behind a proxy with an https public-url browsers are told to stay with https too', async () => {
  await using house = await testHouse({ KAITEN_PUBLIC_URL: 'https://kaiten.example.com' })
  expect((await house.get('/api/me')).headers.get('strict-transport-security')).toBe('max-age=63072000')
  const evaluated = await house.post('/api/ofrep/v1/evaluate/flags', {})
  expect(evaluated.headers.get('strict-transport-security')).toBe('max-age=63072000')
})
