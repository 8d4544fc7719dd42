import { IncomingMessage } from 'node:http'

declare module 'node:http' {
  interface IncomingMessage {
    /** Node's own mark on a request whose body nobody will read: it has ended and closed. */
    _dumpAndCloseReadable?(): void
  }
}

/** Who is given a body as it arrives. */
export interface BodyTaker {
  add(chunk: Buffer): void
  /** It is whole. */
  end(): void
  /** The connection was lost before its end. */
  fail(): void
}

/**
 * A request that can hand its body over as the parser finds it. To come through a stream, which flows, ends and closes in
 * turns of their own, costs an eighth of evaluating a flag. Express gives requests a class of its own: there they are streams.
 */
export class DirectRequest extends IncomingMessage {
  private taker: BodyTaker | undefined

  /** In the turn of the loop that brought the request, before any of its body. */
  handTo(taker: BodyTaker): void {
    this.taker = taker
  }

  /** How Node's parser tells of a chunk, and by null of the end. */
  override push(chunk: Buffer | null): boolean {
    if (this.taker === undefined) return super.push(chunk)
    if (chunk !== null) this.taker.add(chunk)
    else {
      // Or Node would make the stream flow, for what it believes nobody has read.
      this._dumpAndCloseReadable?.()
      this.taker.end()
    }
    return true
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.taker?.fail()
    super._destroy(error, callback)
  }
}
