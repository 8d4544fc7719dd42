import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/** How long a client may take from its answer to its stream. */
const remembered = 5000
const most = 10_000

/** Whom a connection last brought, and as of which change they were answered. */
interface Brought {
  forwardedFor: string | readonly string[] | undefined
  userAgent: string | undefined
  change: number
  /** Where that was noted. */
  among: Map<string, number>
}

/**
 * Who was answered lately, and as of which change: so that a change between a client's answer and its first stream is
 * told to that client and to no other. A client is known by where it comes from, which is good enough for a bell.
 */
export class Callers {
  private young = new Map<string, number>()
  private old = new Map<string, number>()
  private turnedAt = performance.now()
  /** To name a caller anew takes 2 % of an answer; most connections bring the same one again. */
  private readonly brought = new WeakMap<Socket, Brought>()

  answered(request: IncomingMessage, change: number): void {
    this.turn()
    const { socket, headers } = request
    const [forwardedFor, userAgent] = [headers['x-forwarded-for'], headers['user-agent']]
    const last = this.brought.get(socket)
    if (
      last?.among === this.young &&
      last.change === change &&
      last.forwardedFor === forwardedFor &&
      last.userAgent === userAgent
    )
      return
    if (this.young.size >= most) return
    this.young.set(callerOf(request), change)
    this.brought.set(socket, { forwardedFor, userAgent, change, among: this.young })
  }

  /** The change as of which the client was answered, if it was lately. */
  lastAnswered(request: IncomingMessage): number | undefined {
    this.turn()
    const caller = callerOf(request)
    return this.young.get(caller) ?? this.old.get(caller)
  }

  /** Forgets in two halves, which costs nothing per client. */
  private turn(): void {
    const now = performance.now()
    if (now - this.turnedAt < remembered) return
    this.old = now - this.turnedAt < 2 * remembered ? this.young : new Map()
    this.young = new Map()
    this.turnedAt = now
  }
}

const callerOf = ({ socket, headers }: IncomingMessage): string =>
  `${socket.remoteAddress} ${headers['x-forwarded-for']} ${headers['user-agent']}`
