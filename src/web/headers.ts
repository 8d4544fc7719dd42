import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * The security headers of every answer. Source: security.md, "Headers". The referrer policy is not `no-referrer`, for
 * browsers would then send `Origin: null` with our own forms, by whose origin they are told from forged ones.
 */
const everywhere = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' }

/** For machines: data that no browser may render, frame or keep. What only documents need would cost each answer 0.5 µs. */
export const machineHeaders = {
  ...everywhere,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
}

/** For people: scripts and styles from here alone, nothing inline, and apart from the windows of others. */
export const pageHeaders = {
  ...everywhere,
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
    "frame-ancestors 'none'; form-action 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
}

const twoYears = 'max-age=63072000'
const perAnswer = Object.entries(machineHeaders)
const perStrictAnswer = [...perAnswer, ['Strict-Transport-Security', twoYears] as const]

const linesOf = (headers: readonly (readonly [string, string])[]): string =>
  headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
const lines = linesOf(perAnswer)
const strictLines = linesOf(perStrictAnswer)

/** Header names and values in turn: what `writeHead` takes fastest, where none was set before. */
export type FlatHeaders = readonly string[]

declare module 'node:http' {
  interface ServerResponse {
    /** Node's own: makes the head of an answer, and keeps it until it is sent. */
    _storeHeader(statusLine: string, headers: unknown): void
  }
}

/**
 * An answer on the front door. The headers that are the same each time stand behind the status line as one text: given to
 * Node one by one, each is checked, searched and joined anew, for a tenth of what an evaluation costs.
 */
export class HouseResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  private begins = ''

  /** Writes the whole head of an answer for machines. */
  writeMachineHead(status: number, headers: FlatHeaders): void {
    this.begins = this.isStrict ? strictLines : lines
    this.writeHead(status, headers as string[])
  }

  /** The same for handlers that go on to set their own one by one. */
  setMachineHeaders(): void {
    for (const [name, value] of this.isStrict ? perStrictAnswer : perAnswer) this.setHeader(name, value)
  }

  override _storeHeader(statusLine: string, headers: unknown): void {
    super._storeHeader(statusLine + this.begins, headers)
  }

  protected get isStrict(): boolean {
    return false
  }
}

/**
 * Answers of a server that people reach under TLS, its own or a proxy's: with HSTS. Browsers pass over HSTS where it comes
 * over http after all, from this machine itself.
 */
export class StrictResponse<Request extends IncomingMessage = IncomingMessage> extends HouseResponse<Request> {
  protected override get isStrict(): boolean {
    return true
  }
}

/**
 * Around everything but the front door, which sends the same: whoever answers, the answer has them. Pages replace what
 * is theirs. It is before Express, which changes what a response is an instance of.
 */
export const guarded =
  (next: (request: IncomingMessage, response: ServerResponse) => unknown) =>
  (request: IncomingMessage, response: HouseResponse): void => {
    response.setMachineHeaders()
    next(request, response)
  }
