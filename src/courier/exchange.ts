import { StringDecoder } from 'node:string_decoder'
import type { Dispatcher } from 'undici'
import type { Connection } from './connections.ts'
import { sentenceOf } from './weather.ts'

export interface Request {
  headers: Readonly<Record<string, string>>
  /** Sent byte for byte. */
  body: string | Uint8Array
  /** Bytes of the answer that are read; what follows is cut off together with the connection. */
  bodyLimit?: number
}

export interface Answer {
  status: number
  /** Retry-After is told of 429 and 503 alone, where it means when to come back. */
  headers: { retryAfter?: string }
  /** As UTF-8, whatever the receiver says it is. */
  body: string
  truncated: boolean
}

export interface Failure {
  error: string
  /** Whether any byte of an answer came. */
  heard: boolean
}

/** One request and its answer. Ends the connection in every case but that of a whole answer within the limit. */
export function exchange(
  connection: Connection,
  url: URL,
  { headers, body, bodyLimit = 65_536 }: Request,
  end: AbortSignal,
): Promise<Answer | Failure> {
  return new Promise(resolve => {
    const cut = (result: Answer | Failure) => {
      resolve(result)
      connection.end()
    }
    const breakOff = () => cut({ error: String(end.reason), heard: true })
    if (end.aborted) return breakOff()
    end.addEventListener('abort', breakOff)
    connection.client.dispatch(
      { method: 'POST', path: url.pathname + url.search, headers, body: bytesOf(body) },
      new Reading(bodyLimit, resolve, cut),
    )
  })
}

class Reading implements Dispatcher.DispatchHandler {
  private readonly limit: number
  private readonly whole: (answer: Answer) => void
  private readonly cut: (result: Answer | Failure) => void
  private status = 0
  private retryAfter: string | undefined
  private heard = false
  private readonly chunks: Buffer[] = []
  private length = 0

  constructor(limit: number, whole: (answer: Answer) => void, cut: (result: Answer | Failure) => void) {
    this.limit = limit
    this.whole = whole
    this.cut = cut
  }

  onRequestStart(): void {}

  onResponseStarted(): void {
    this.heard = true
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status
    this.retryAfter = [headers['retry-after']].flat()[0]
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    const fitting = chunk.subarray(0, this.limit - this.length)
    this.chunks.push(fitting)
    this.length += fitting.length
    if (fitting.length < chunk.length) this.cut(this.answer(true))
  }

  onResponseEnd(): void {
    this.whole(this.answer(false))
  }

  onResponseError(_: unknown, error: Error): void {
    this.cut({ error: sentenceOf(error), heard: this.heard })
  }

  private answer(truncated: boolean): Answer {
    const bytes = Buffer.concat(this.chunks)
    const isPutOff = this.status === 429 || this.status === 503
    return {
      status: this.status,
      headers: isPutOff && this.retryAfter !== undefined ? { retryAfter: this.retryAfter } : {},
      // A character that the limit cut in two is left out.
      body: truncated ? new StringDecoder('utf8').write(bytes) : bytes.toString(),
      truncated,
    }
  }
}

const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body)
