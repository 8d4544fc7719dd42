import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { whyRefused } from '../domain/address.ts'
import { sentenceOf } from './weather.ts'

/** Addresses of which every one may be called. */
export type Vetted = readonly LookupAddress[]

/**
 * Thousands of deliveries in a second to one receiver ask its name server once, not thousands of times. This is safe for
 * as long as one likes: connections are made to the addresses that were looked at, not to the name.
 */
const answerStandsMs = 1000

/** More would only cost time to look at. */
const mostAddresses = 64
const mostVerdicts = 1000

export class Resolver {
  private readonly lookup: (hostname: string) => Promise<LookupAddress[]>
  private readonly cidrs: readonly string[]
  /** Of URLs that have an address in place of a name. It stands for ever, and takes 25 µs to find. */
  private readonly verdicts = new Map<string, Vetted | { error: string }>()
  private readonly answers = new Map<string, Promise<Vetted | { error: string }>>()

  constructor(lookup: (hostname: string) => Promise<LookupAddress[]>, cidrs: readonly string[]) {
    this.lookup = lookup
    this.cidrs = cidrs
  }

  /** The addresses of a URL's host, or why it is not called. A look-up cannot be ended, so one that is late is left alone. */
  async resolve({ hostname }: URL, end: AbortSignal): Promise<Vetted | { error: string }> {
    const address = hostname.replace(/^\[|\]$/g, '')
    if (isIP(address)) return this.verdicts.get(hostname) ?? this.judge(hostname, address)
    return Promise.race([this.answers.get(hostname) ?? this.ask(hostname), ended(end)])
  }

  private judge(hostname: string, address: string): Vetted | { error: string } {
    const verdict = this.vet(hostname, [{ address, family: isIP(address) }])
    if (this.verdicts.size >= mostVerdicts) this.verdicts.clear()
    this.verdicts.set(hostname, verdict)
    return verdict
  }

  private ask(hostname: string): Promise<Vetted | { error: string }> {
    const answer = this.lookup(hostname).then(
      addresses => this.vet(hostname, addresses),
      (error: unknown) => ({ error: sentenceOf(error) }),
    )
    this.answers.set(hostname, answer)
    const forget = () => this.answers.delete(hostname)
    void answer.then(found => ('error' in found ? forget() : setTimeout(forget, answerStandsMs).unref()))
    return answer
  }

  /** Does not tell the address of a name: who may save webhooks need not know a company's internal names. */
  private vet(hostname: string, addresses: Vetted): Vetted | { error: string } {
    if (addresses.length === 0) return { error: `${hostname} has no address.` }
    if (addresses.length > mostAddresses) return { error: `${hostname} has more than ${mostAddresses} addresses.` }
    const refused = addresses.map(({ address }) => whyRefused(address, this.cidrs)).find(Boolean)
    return refused ? { error: `${hostname} resolves to ${refused}.` } : addresses
  }
}

const ended = (end: AbortSignal): Promise<{ error: string }> =>
  new Promise(resolve => {
    const tell = () => resolve({ error: String(end.reason) })
    if (end.aborted) tell()
    end.addEventListener('abort', tell)
  })
