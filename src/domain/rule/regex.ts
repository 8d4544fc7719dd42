/**
 * `matches` in time linear in the text: RE2 syntax without backtracking. The one file that knows the library.
 * Source: CEL language definition, "Regular Expressions" (RE2, unanchored).
 */
import { RE2JS } from 're2js'
import { charge, type Frame } from './frame.ts'
import { CelError } from './values.ts'

export interface Pattern {
  /** Instructions of the compiled program: matching takes about 13 ns for each of them and each character. */
  readonly size: number
  test(text: string): boolean
}

/** A compiled instruction takes 1 to 4 µs to make, so this is the largest pattern that compiles within 5 ms or so. */
const largestPattern = 1_200

/** Refuses what is not RE2 syntax and what would compile to a program that is too large. */
export function compilePattern(source: string): Pattern | CelError {
  if (source.length > largestPattern || estimatedSize(source) > largestPattern)
    return new CelError('the pattern is too large')
  try {
    const compiled = RE2JS.compile(source)
    return { size: compiled.programSize(), test: text => compiled.test(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return new CelError(`invalid pattern: ${reason.replace(/^error parsing regexp: /, '')}`)
  }
}

export function matches(frame: Frame, pattern: Pattern, text: string): boolean {
  charge(frame, ((text.length + 1) * pattern.size) >> 2)
  return pattern.test(text)
}

/** Patterns that are no literals are compiled each time, and pay for it. */
export function matchesText(frame: Frame, source: string, text: string): boolean | CelError {
  charge(frame, Math.min(estimatedSize(source), largestPattern) * 60)
  const pattern = compilePattern(source)
  return pattern instanceof CelError ? pattern : matches(frame, pattern, text)
}

const unicodeClassCost = 40
const token = /\\[pP](?:\{[^}]*\}|.)?|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|\{(\d+)(?:,(\d*))?\}|[\s\S]/gu

/** What a pattern would compile to, from above: the compiler itself would first take the time to do it. */
function estimatedSize(source: string): number {
  const outer: number[] = []
  let sum = 0
  let last = 0
  for (const [text, least, most] of source.slice(0, largestPattern).matchAll(token)) {
    if (least !== undefined) {
      sum += last * (Math.max(Number(least), Number(most ?? 0), 1) - 1)
    } else if (text === '(') {
      outer.push(sum)
      sum = 2
    } else if (text === ')') {
      last = sum
      sum += outer.pop() ?? 0
    } else {
      last = 1 + unicodeClassCost * (text.match(/\\[pP]/g)?.length ?? 0)
      sum += last
    }
  }
  return outer.reduce((total, part) => total + part, sum)
}
