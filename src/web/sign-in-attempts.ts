import { Problem } from '../domain/problem.ts'

/** How many may be wrong before one has to wait, and for how long at most. */
interface Patience {
  free: number
  mostSeconds: number
}

/**
 * Who guesses is slowed down by account and address together, and so is who guesses one account from many addresses or
 * many accounts from one. The wait for an account alone is short: otherwise anybody could keep its owner out.
 */
const patience = {
  accountFromAddress: { free: 5, mostSeconds: 900 },
  account: { free: 50, mostSeconds: 30 },
  address: { free: 30, mostSeconds: 900 },
} satisfies Record<string, Patience>

type Kind = keyof typeof patience

interface Count {
  wrong: number
  /** When the last was begun. */
  at: number
}

/** Left alone for so long, attempts are forgotten: nobody stays locked out. */
const forgottenAfter = 60 * 60_000
const mostCounts = 20_000

/** Wrong passwords by account and address, in memory: a restart forgives, and costs a guesser more than it saves. */
export class SignInAttempts {
  private readonly counts = new Map<string, Count>()
  private readonly clock: () => number

  constructor(clock: () => number) {
    this.clock = clock
  }

  /**
   * Counts an attempt before its password is looked at, so that many at once count too. Throws 429 with the whole
   * seconds to wait; such an attempt does not count.
   */
  begin(account: string, address: string): Attempt {
    const keys = keysOf(account, networkOf(address))
    const wait = Math.max(...keys.map(([kind, key]) => this.waitFor(kind, key)))
    if (wait > 0)
      throw new Problem('Auth.TooManyAttempts', 'Too many passwords were wrong. Wait a moment, then try again.', {
        headers: { 'Retry-After': String(Math.ceil(wait / 1000)) },
      })
    for (const [, key] of keys) this.add(key)
    return {
      /** The password was right. The address may still be a guesser's, who knows one account. */
      succeeded: () => {
        for (const [kind, key] of keys)
          if (kind === 'address') this.takeBack(key)
          else this.counts.delete(key)
      },
      /** It was never looked at. */
      withdrawn: () => {
        for (const [, key] of keys) this.takeBack(key)
      },
    }
  }

  private waitFor(kind: Kind, key: string): number {
    const { free, mostSeconds } = patience[kind]
    const { wrong, at } = this.current(key)
    if (wrong < free) return 0
    // A clock that was set back makes nobody wait for longer.
    const passed = Math.max(0, this.clock() - at)
    return Math.min(mostSeconds, 2 ** (wrong - free)) * 1000 - passed
  }

  private add(key: string): void {
    const { wrong } = this.current(key)
    // Put behind all others, so that the first is the one that was left alone longest.
    this.counts.delete(key)
    this.counts.set(key, { wrong: wrong + 1, at: this.clock() })
    for (const oldest of this.counts.keys()) {
      if (this.counts.size <= mostCounts) break
      this.counts.delete(oldest)
    }
  }

  private takeBack(key: string): void {
    const count = this.counts.get(key)
    if (count) count.wrong = Math.max(0, count.wrong - 1)
  }

  private current(key: string): Count {
    const count = this.counts.get(key)
    return count && this.clock() - count.at < forgottenAfter ? count : { wrong: 0, at: 0 }
  }
}

export interface Attempt {
  succeeded: () => void
  withdrawn: () => void
}

const keysOf = (account: string, address: string): [Kind, string][] => [
  ['accountFromAddress', `${account} ${address}`],
  ['account', account],
  ['address', address],
]

/** Whoever has an IPv6 address has 2⁶⁴ of them: the network counts. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const before = head.split(':').filter(Boolean)
  const after = address.includes('::') ? tail.split(':').filter(Boolean) : []
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
