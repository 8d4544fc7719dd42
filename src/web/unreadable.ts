import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { Problem, problemJson } from '../domain/problem.ts'
import { machineHeaders } from './headers.ts'
import { newRequestId } from './request-ids.ts'

type Unreadable = Error & { code?: string }

/**
 * What Node could not make a request of is refused like everything else, with a problem, and the connection is closed.
 * By itself Node answers it with a status and nothing more.
 */
export function refuseUnreadable(server: Server): void {
  const answering = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (request, response) => answering.set(request.socket, response))
  // Expectations that nobody knows may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  server.on('clientError', (error: Unreadable, socket) => {
    const response = answering.get(socket)
    const isAnswered = response === undefined || response.writableFinished
    // Whoever has gone cannot be told.
    if (error.code === 'ECONNRESET' || !socket.writable || isNoTls(error)) socket.destroy(error)
    else if (isAnswered || !(response.req.complete || response.headersSent)) socket.end(answerTo(error))
    // What came after a good request must not be taken for its answer.
    else if (response.req.complete) response.once('close', () => socket.end(answerTo(error)))
    // Nothing can be put into an answer that has begun.
    else socket.destroy(error)
  })
}

/** Whoever has not agreed on TLS cannot read an answer under it. */
const isNoTls = ({ code = '' }: Unreadable): boolean => /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)

function answerTo({ code = '' }: Unreadable): string {
  const problem = reasons[code] ?? new Problem('Request.Malformed', 'This is no HTTP request that can be read.')
  const id = newRequestId()
  const body = JSON.stringify(problemJson(problem.data, '', id))
  const headers = {
    ...machineHeaders,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': id,
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`
}

/** By Node's codes of what went wrong. */
const reasons: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: new Problem('Request.HeadTooLarge', 'The address and the headers are larger than 16 KiB.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem('Request.TooLarge', 'The chunks of the body have too long extensions.'),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('Request.TimedOut', 'The request did not arrive whole within a minute.'),
}
