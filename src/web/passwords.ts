import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { complaintAbout, couldBePassword, normalized } from '../domain/password.ts'
import { invalid, Problem } from '../domain/problem.ts'

const derive = promisify(argon2)

/** KiB of memory, passes over it, and lanes. */
export interface Cost {
  memory: number
  passes: number
  parallelism: number
}

/** 19 MiB, two passes, one lane: what OWASP recommends for argon2id, and the least that ASVS 5.0 takes at two passes. */
export const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 }

const saltBytes = 16
const hashBytes = 32
/** Of the four threads that Node has for such work: files and names need the others. 19 MiB each. */
const mostAtOnce = 2
/** At some 50 ms each, nobody waits for longer than a second. */
const mostWaiting = 32

/** Hashes passwords with argon2id, a few at once beside the main path, and keeps the others waiting in a bounded queue. */
export class Passwords {
  private running = 0
  private readonly waiting: (() => void)[] = []
  private readonly cost: Cost

  constructor(wanted: Cost = cost) {
    this.cost = wanted
  }

  /** PHC text: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
  hash = async (password: string): Promise<string> => {
    const salt = randomBytes(saltBytes)
    return phc(this.cost, salt, await this.derived(password, salt, this.cost))
  }

  /** The hash of a password that somebody chooses. Throws 422 with what is wrong with it. `about`: names, addresses. */
  chosen = async (password: string, about: readonly string[]): Promise<string> => {
    const complaint = complaintAbout(password, about)
    if (complaint) throw invalid({ location: 'body.password', message: complaint })
    return this.hash(password)
  }

  /** Is it this one? Where there is none to compare with, the work is the same and the answer false. */
  verify = async (stored: string | null | undefined, password: string): Promise<boolean> => {
    if (!couldBePassword(password)) return false
    const known = stored ? parsed(stored) : undefined
    const { salt, hash, cost } = known ?? { salt: noSalt, hash: noHash, cost: this.cost }
    const derived = await this.derived(password, salt, cost)
    return timingSafeEqual(derived, hash) && known !== undefined
  }

  /** Was it made with less than is asked for today? */
  isOutdated = (stored: string): boolean => {
    const { memory, passes, parallelism } = parsed(stored).cost
    return memory < this.cost.memory || passes < this.cost.passes || parallelism < this.cost.parallelism
  }

  private async derived(password: string, nonce: Buffer, { memory, passes, parallelism }: Cost): Promise<Buffer> {
    await this.turn()
    const message = normalized(password)
    const parameters: Argon2Parameters = { message, nonce, memory, passes, parallelism, tagLength: hashBytes }
    try {
      return await derive('argon2id', parameters)
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.running--
    }
  }

  /** Resolves when there is room. Throws 503 when too many wait already. */
  private async turn(): Promise<void> {
    if (this.running < mostAtOnce) {
      this.running++
      return
    }
    if (this.waiting.length >= mostWaiting)
      throw new Problem('Server.Busy', 'Too many people sign in at this moment. Try again in a second.', {
        headers: { 'Retry-After': '1' },
      })
    // Whoever is done hands its place on.
    await new Promise<void>(resolve => this.waiting.push(resolve))
  }
}

const noSalt = Buffer.alloc(saltBytes)
const noHash = Buffer.alloc(hashBytes)

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

const phc = ({ memory, passes, parallelism }: Cost, salt: Buffer, hash: Buffer): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`

function parsed(text: string): { cost: Cost; salt: Buffer; hash: Buffer } {
  const [, memory, passes, parallelism, salt = '', hash = ''] =
    /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(text) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const bytes = Buffer.from(hash, 'base64')
  if (bytes.length !== hashBytes) throw new Error('A password hash in the database is no argon2id PHC text of ours.')
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes }
}
