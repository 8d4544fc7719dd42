import { Problem } from '../domain/problem.ts'

interface Bucket {
  /** Requests that may still be made, as of `at`. */
  left: number
  at: number
}

const mostBuckets = 10_000

/**
 * Requests per second and credential. Each has a bucket that holds one second's worth, so that a burst after a pause is
 * let through, and fills evenly.
 */
export class RateLimit {
  /** How many requests were too many. */
  refused = 0
  private readonly buckets = new Map<string, Bucket>()
  private readonly perSecond: number
  private readonly clock: () => number

  /** `perSecond` of 0 is no limit. */
  constructor(perSecond: number, clock: () => number) {
    this.perSecond = perSecond
    this.clock = clock
  }

  /** Counts one request. Throws `Request.TooMany` when there have been too many, with the whole seconds to wait. */
  spend(credential: string): void {
    if (this.perSecond === 0) return
    const now = this.clock()
    const bucket = this.bucketOf(credential, now)
    // A clock that was set back fills nothing and takes nothing.
    const passed = Math.max(0, now - bucket.at)
    bucket.left = Math.min(this.perSecond, bucket.left + (passed * this.perSecond) / 1000)
    bucket.at = now
    if (bucket.left < 1) {
      this.refused++
      throw this.tooMany(1 - bucket.left)
    }
    bucket.left--
  }

  private bucketOf(credential: string, now: number): Bucket {
    const known = this.buckets.get(credential)
    if (known) return known
    // A bucket left alone for a second is full: forgetting it changes nothing.
    if (this.buckets.size >= mostBuckets)
      for (const [id, { at }] of this.buckets) if (now - at >= 1000) this.buckets.delete(id)
    const bucket = { left: this.perSecond, at: now }
    this.buckets.set(credential, bucket)
    return bucket
  }

  private tooMany(missing: number): Problem {
    const seconds = Math.max(1, Math.ceil(missing / this.perSecond))
    return new Problem('Request.TooMany', `This credential may make ${this.perSecond} requests a second.`, {
      headers: { 'Retry-After': String(seconds) },
    })
  }
}
