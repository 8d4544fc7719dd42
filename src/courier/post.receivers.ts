import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net'
import { generate } from 'selfsigned'

/** Receivers of webhooks for tests: real ones, on loopback, that behave as well or as badly as each test needs. */
export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:…` or with https; `at` puts another host in its place. */
  url: string
  at: (host: string) => string
  port: number
  /** Connections that were made, all of them, and those that are open. */
  made: () => number
  open: () => number
}

export const httpReceiver = (answer: RequestListener, host?: string, port?: number): Promise<Receiver> =>
  listening(createServer({ keepAliveTimeout: 60_000 }, answer), 'http', host, port)

export const httpsReceiver = (certificate: Certificate, answer: RequestListener): Promise<Receiver> =>
  listening(createSecureServer({ key: certificate.private, cert: certificate.cert }, answer), 'https')

/** Speaks in bytes. Called for each connection, and then for each piece that arrives on it, from 1. */
export const rawReceiver = (scheme: 'http' | 'https', speak: (socket: Socket, piece: number) => void) => {
  const server = createRawServer(socket => {
    let piece = 0
    socket.on('error', () => {})
    socket.on('data', () => speak(socket, ++piece))
    speak(socket, 0)
  })
  return listening(server, scheme)
}

async function listening(server: Server | RawServer, scheme: string, host = '127.0.0.1', at = 0): Promise<Receiver> {
  const sockets = new Set<Socket>()
  let made = 0
  server.on('connection', (socket: Socket) => {
    made++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await once(server.listen(at, host), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://${host}:${port}`,
    at: name => `${scheme}://${name}:${port}`,
    port,
    made: () => made,
    open: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

// ---- certificates

export type Certificate = { private: string; cert: string }

const day = 24 * 3600 * 1000
const name = (value: string) => [{ name: 'commonName', value }]
const weak = { keyType: 'ec', algorithm: 'sha256' } as const

export const authority = (called = 'An authority'): Promise<Certificate> =>
  generate(name(called), {
    ...weak,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })

/** From yesterday until tomorrow unless told otherwise; signed by itself without an authority. */
export const certificateFor = (
  host: string,
  { by, fromDay = -1, toDay = 1 }: { by?: Certificate; fromDay?: number; toDay?: number } = {},
): Promise<Certificate> =>
  generate(name(host), {
    ...weak,
    notBeforeDate: new Date(Date.now() + fromDay * day),
    notAfterDate: new Date(Date.now() + toDay * day),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
    ...(by && { ca: { key: by.private, cert: by.cert } }),
  })
