import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * The security headers of every answer. Source: security.md, "Headers". The referrer policy is not `no-referrer`, for
 * browsers would then send `Origin: null` with our own forms, by whose origin they are told from forged ones.
 */
const nosniff = { 'X-Content-Type-Options': 'nosniff' }
const referrer = { 'Referrer-Policy': 'same-origin' }

/** What only documents need. */
const forDocuments = { ...referrer, 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" }
const noStore = { 'Cache-Control': 'no-store' }
const forData = { ...nosniff, ...noStore }

/** For machines: data that no browser may render, frame or keep. */
export const machineHeaders = { ...forData, ...forDocuments }

/** For people: scripts and styles from here alone, nothing inline, and apart from the windows of others. */
export const pageHeaders = {
  ...nosniff,
  ...referrer,
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
    "frame-ancestors 'none'; form-action 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
}

const strict = ['Strict-Transport-Security', 'max-age=63072000'] as const
const perAnswer = Object.entries(machineHeaders)

/** Header names and values in turn: what `writeHead` takes fastest, where none was set before. */
export type FlatHeaders = readonly string[]

/**
 * Refusals have these too, which anybody gets. No browser comes by a link, a form or a frame to an answer that takes a token
 * in a header, and there each header costs 2 % of an evaluation.
 */
export const documentHeaders: FlatHeaders = Object.entries(forDocuments).flat()
const flat: FlatHeaders = Object.entries(forData).flat()
const flatUnderTls: FlatHeaders = [...flat, ...strict]
const unchanged: FlatHeaders = Object.entries(noStore).flat()
const unchangedUnderTls: FlatHeaders = [...unchanged, ...strict]

/**
 * Answers of a server that people reach under TLS, its own or a proxy's: with HSTS. Browsers pass over HSTS where it comes
 * over http after all, from this machine itself. To be asked before Express, which changes what a response is an instance of.
 */
export class StrictResponse extends ServerResponse {}

/** Those of every answer, for handlers of the front door, which write all of an answer at once. */
export const flatHeadersOf = (response: ServerResponse): FlatHeaders =>
  response instanceof StrictResponse ? flatUnderTls : flat

/** Those of an answer that has no content to be sniffed at. */
export const unchangedHeadersOf = (response: ServerResponse): FlatHeaders =>
  response instanceof StrictResponse ? unchangedUnderTls : unchanged

/** Sets the headers for machines, for whoever goes on to set others one by one. */
export function setMachineHeaders(response: ServerResponse): void {
  for (const [name, value] of perAnswer) response.setHeader(name, value)
  if (response instanceof StrictResponse) response.setHeader(...strict)
}

/** Around everything but the front door: whoever answers, the answer has them. Pages replace what is theirs. */
export const guarded =
  (next: (request: IncomingMessage, response: ServerResponse) => unknown) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    setMachineHeaders(response)
    next(request, response)
  }
