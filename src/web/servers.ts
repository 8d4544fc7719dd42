import { createServer, type RequestListener, type Server, type ServerOptions, ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import { CannotOpen } from '../engine/migrate.ts'
import type { Certificate } from './certificate.ts'
import { DirectRequest } from './direct-request.ts'
import { StrictResponse } from './headers.ts'
import { refuseUnreadable } from './unreadable.ts'

/** Where a server listens. */
export type Place = { host: string; port: number } | { path: string }

/** Below the ten seconds that container engines wait before they kill, with time left for the checkpoint. */
const patience = 8000

const options = {
  IncomingMessage: DirectRequest,
  requestTimeout: 60_000,
  headersTimeout: 20_000,
  // Longer than proxies keep a connection that they may send on (nginx: 60 s), or that request would meet its end.
  keepAliveTimeout: 75_000,
  // A request without Host is refused by unreadable.ts, with a problem; Node would answer with a status and nothing more.
  requireHostHeader: false,
} satisfies ServerOptions

/** `strict` where people reach it under TLS, also that of a proxy. */
export const plainServer = (answer: RequestListener, { strict = false } = {}): Server =>
  createServer({ ...options, ServerResponse: strict ? StrictResponse : ServerResponse }, answer)

export function tlsServer(answer: RequestListener, certificate: Certificate): TlsServer {
  const server = createTlsServer(
    { ...options, ...certificate.context, handshakeTimeout: 10_000, ServerResponse: StrictResponse },
    answer,
  )
  certificate.follow(server)
  return server
}

/** Opens it. Throws CannotOpen with a sentence. */
export function listening(server: Server | TlsServer, where: Place): Promise<void> {
  refuseUnreadable(server)
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(new CannotOpen(refusal(error, where))))
    server.listen(where, resolve)
  })
}

function refusal(error: Error, where: Place): string {
  const code = 'code' in error ? String(error.code) : ''
  const place = Object.values(where).join(' port ')
  if (code === 'EADDRINUSE') return `${place} is taken by another program. Choose another with --port.`
  if (code === 'EACCES') return `This user may not listen on ${place}. Ports below 1024 need a privilege.`
  return `Cannot listen on ${place}: ${error.message}`
}

/**
 * Takes no new connection, and resolves when each of those there are has been answered its last request. Whoever takes
 * longer than our patience, such as a download without end, is cut off.
 */
export const stopped = (server: Server | TlsServer): Promise<void> =>
  new Promise(resolve => {
    const impatience = setTimeout(() => server.closeAllConnections(), patience)
    server.close(() => {
      clearTimeout(impatience)
      resolve()
    })
    server.closeIdleConnections()
    // Callers with much to ask never leave a connection idle: they are told to close it.
    server.keepAliveTimeout = 1
    server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'))
  })
