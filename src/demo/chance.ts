import { hash } from 'node:crypto'

/** Chance that is the same each time for the same words: each thing has its own, whatever else happens. */
export class Chance {
  private state: number

  constructor(...words: readonly (string | number)[]) {
    this.state = Number.parseInt(hash('sha256', words.join('\0')).slice(0, 8), 16)
  }

  /** From 0 to below 1. Mulberry32: short, and even enough for what people look at. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  happens(probability: number): boolean {
    return this.next() < probability
  }

  /** How often something happens that is expected so often: 1.3 is once, and twice in three of ten cases. */
  times(expected: number): number {
    return Math.floor(expected) + (this.happens(expected % 1) ? 1 : 0)
  }

  of<T>(...choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.next() * choices.length)] ?? choices[0]
  }
}
