import type { ProblemCode } from '../domain/problem.ts'

/** What became of usage reports since the start. */
export class Reports {
  accepted = 0
  /** Sent once more, and answered as the first time. */
  replayed = 0
  readonly refused = new Map<ProblemCode, number>()

  refuse(code: ProblemCode): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }
}
