import type { ServerResponse } from 'node:http'

const heartbeat = ':\n\n'
const heartbeatEvery = 15_000
/** What a client may be behind before it is dropped: it comes back, and is told then what it missed. */
const mostUnsent = 64 * 1024
const perSlice = 250

/** A server-sent event without a name, which every client library hands on. `data` has no line breaks. */
export const frame = (id: string, data: string): string => `id: ${id}\ndata: ${data}\n\n`

/** Headers of a stream that nothing on the way may compress, keep or hold back. */
export const streamHeaders: readonly string[] = [
  'Content-Type',
  'text/event-stream; charset=utf-8',
  'Cache-Control',
  'no-store, no-transform',
  'X-Accel-Buffering',
  'no',
  // So that the connection ends with the stream, and a server that stops does not wait for it.
  'Connection',
  'close',
]

/** Open streams of server-sent events by channel, at most `most` in all and half as many on one channel. */
export class Streams {
  private readonly channels = new Map<string, Set<ServerResponse>>()
  private readonly most: number
  private readonly timers: NodeJS.Timeout[] = []
  private open = 0
  private ended = false

  constructor(most: number) {
    this.most = most
    this.every(heartbeatEvery, () => this.beat())
  }

  get size(): number {
    return this.open
  }

  /** May a further client be told of the channel? */
  hasRoom = (channel: string): boolean => this.fits(channel, 0)

  /** Takes the answer for a stream and sends its first text; false where there is no room. */
  add(channel: string, response: ServerResponse, headers: readonly string[], first: string): boolean {
    // Whoever was told of the channel just before it filled up still comes in: being refused, they would ask on and on.
    if (!this.fits(channel, Math.max(2, this.most / 10))) return false
    const streams = this.channels.get(channel) ?? new Set()
    this.channels.set(channel, streams.add(response))
    this.open++
    response.once('close', () => this.remove(channel, response))
    response.writeHead(200, [...headers])
    response.write(first)
    return true
  }

  isListened = (channel: string): boolean => this.channels.has(channel)

  send(channel: string, text: string): void {
    this.writeTo([...(this.channels.get(channel) ?? [])], text)
  }

  /** Work that goes on as long as there can be streams. */
  every(milliseconds: number, work: () => void): void {
    this.timers.push(setInterval(work, milliseconds).unref())
  }

  /** Ends every stream and takes no more. */
  end(): void {
    this.ended = true
    for (const timer of this.timers) clearInterval(timer)
    for (const streams of this.channels.values()) for (const response of streams) response.end()
    this.channels.clear()
  }

  private fits(channel: string, more: number): boolean {
    if (this.ended) return false
    return this.open < this.most + more && (this.channels.get(channel)?.size ?? 0) < this.most / 2 + more
  }

  private beat(): void {
    for (const channel of this.channels.keys()) this.send(channel, heartbeat)
  }

  /** A turn of the loop for each slice, so that thousands of listeners hold up nobody else. */
  private writeTo(responses: ServerResponse[], text: string): void {
    for (const response of responses.slice(0, perSlice))
      if (response.writableLength > mostUnsent) response.destroy()
      else if (!response.writableEnded) response.write(text)
    if (responses.length > perSlice) setImmediate(() => this.writeTo(responses.slice(perSlice), text))
  }

  private remove(channel: string, response: ServerResponse): void {
    const streams = this.channels.get(channel)
    if (!streams?.delete(response)) return
    this.open--
    if (streams.size === 0) this.channels.delete(channel)
  }
}
