import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

let sequence = 0

/** Ids made in one millisecond sort in the order in which they were made, so that lists by creation do too. */
export function newIdAt(now: number): string {
  sequence = (sequence + 1) & 0x7fffffff
  return v7({ msecs: now, seq: sequence, rng: sixteenBytes })
}

const pool = Buffer.allocUnsafe(4096)
let used = pool.length

/** Random bytes by the page: to ask the system for sixteen takes nearly as long as for all of them. */
function sixteenBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}
