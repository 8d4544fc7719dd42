import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { type Allowed, whyNotCallable } from '../domain/callable.ts'
import type { Connections } from './connections.ts'
import { type Answer, exchange, type Failure, type Request } from './exchange.ts'
import { Resolver } from './resolver.ts'

const mostUrls = 1000

export interface Surroundings {
  allow: Allowed
  /** All addresses of a host name; the operating system's by default. */
  lookup?: (hostname: string) => Promise<LookupAddress[]>
  /** Certificates of authorities to trust in place of those that Node brings. */
  tls?: { ca?: string | string[] }
}

export interface Letter extends Request {
  url: string
  /** Breaks the attempt off. */
  signal?: AbortSignal
  /** For all of it: name, connection, handshake, request, answer. */
  timeoutMs?: number
}

/** What came of an attempt: an answer of whatever status, or a sentence that says why there is none. */
export type Outcome = (Answer | { error: string }) & { durationMs: number }

/**
 * Sends requests to whoever a customer named, so that neither the name, the address, the answer nor its slowness can do
 * harm. Each request looks at the name, of which every address must be allowed, goes to an address that was looked at,
 * and takes one answer: no redirects, no cookies, no decompression. Source: events.md, "What may be called".
 */
export class Outgoing {
  private readonly allow: Allowed
  private readonly resolver: Resolver
  private readonly tls: NonNullable<Surroundings['tls']>
  /** Made with the first letter: most commands send none, and need not wait for undici, a tenth of a start. */
  private connections: Promise<Connections> | undefined
  /** Those that may be called, as far as their text tells: looking each time took 7 % of the main thread's time. */
  private readonly urls = new Map<string, URL>()

  constructor({ allow, lookup = allAddresses, tls = {} }: Surroundings) {
    this.allow = allow
    this.resolver = new Resolver(lookup, allow.cidrs)
    this.tls = tls
  }

  /** Never throws for what a receiver, a network or a name does. */
  async post({ url, signal, timeoutMs = 15_000, ...request }: Letter): Promise<Outcome> {
    const started = performance.now()
    const end = new AbortController()
    const timer = setTimeout(() => end.abort(`There was no whole answer within ${timeoutMs / 1000} s.`), timeoutMs)
    const breakOff = () => end.abort('The attempt was broken off.')
    signal?.addEventListener('abort', breakOff)
    if (signal?.aborted) breakOff()
    try {
      const outcome = await this.attempt(url, request, end.signal)
      return { ...outcome, durationMs: Math.round(performance.now() - started) }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', breakOff)
    }
  }

  /** Ends the connections that wait for a next request; what is on its way ends by itself, and nothing is kept any more. */
  close(): void {
    void this.connections?.then(connections => connections.close())
  }

  private async attempt(text: string, request: Request, end: AbortSignal): Promise<Answer | { error: string }> {
    const url = this.urls.get(text) ?? this.look(text)
    if ('error' in url) return url
    const vetted = await this.resolver.resolve(url, end)
    if ('error' in vetted) return vetted
    this.connections ??= import('./connections.ts').then(({ Connections }) => new Connections(this.tls))
    const connections = await this.connections
    const connection = connections.take(url, vetted)
    const result = await exchange(connection, url, request, end)
    connections.keep(connection)
    if (connection.isFirstUse || !isUnheard(result)) return plain(result)
    // Receivers end idle connections whenever they like, which crosses with a request on its way: no fault of theirs.
    const fresh = connections.open(url, vetted)
    const second = await exchange(fresh, url, request, end)
    connections.keep(fresh)
    return plain(second)
  }

  private look(text: string): URL | { error: string } {
    const wrong = whyNotCallable(text, this.allow)
    if (wrong) return { error: `The URL ${wrong}.` }
    const url = new URL(text)
    if (this.urls.size >= mostUrls) this.urls.clear()
    this.urls.set(text, url)
    return url
  }
}

const isUnheard = (result: Answer | Failure): boolean => 'error' in result && !result.heard

const plain = (result: Answer | Failure): Answer | { error: string } =>
  'error' in result ? { error: result.error } : result

const allAddresses = (hostname: string): Promise<LookupAddress[]> => systemLookup(hostname, { all: true })
