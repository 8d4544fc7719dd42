/**
 * Functions of text. Positions count code points. Source: CEL language definition, "String Functions", and the
 * strings extension of cel-go, version 4.
 */

import { formatText } from './format.ts'
import { chargeSize, type Frame } from './frame.ts'
import type { CelFunction, FunctionTable } from './functions.ts'
import { matchesText } from './regex.ts'
import { find, findLast, lengthOf, pointIndex, replace, split, unitIndex } from './text.ts'
import { CelError, noOverload, type Outcome, type Value } from './values.ts'

const unlimited = Number.MAX_SAFE_INTEGER
const outOfRange = new CelError('index out of range')

/** A whole number given as an int or as a JSON number. */
export function wholeNumber(value: Value): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined
  return typeof value === 'bigint' ? Number(value) : undefined
}

const ofText = (name: string, apply: (frame: Frame, text: string) => Outcome, overload = true): CelFunction => ({
  one: (frame, text) => (typeof text === 'string' ? apply(frame, text) : noOverload(name, text)),
  ...(overload ? { overloads: [`string.${name}(): string`] } : {}),
})

const ofTwoTexts = (name: string, apply: (frame: Frame, a: string, b: string) => Outcome): CelFunction => ({
  two: (frame, a, b) => (typeof a === 'string' && typeof b === 'string' ? apply(frame, a, b) : noOverload(name, a, b)),
})

const matches = ofTwoTexts('matches', (frame, text, pattern) => matchesText(frame, pattern, text))

function charAt(frame: Frame, text: Value, at: Value): Outcome {
  const index = wholeNumber(at)
  if (typeof text !== 'string' || index === undefined) return noOverload('charAt', text, at)
  if (index < 0 || index > lengthOf(frame, text)) return outOfRange
  const unit = unitIndex(frame, text, index)
  return unit < text.length ? String.fromCodePoint(text.codePointAt(unit) ?? 0) : ''
}

function indexOf(frame: Frame, text: Value, sought: Value, from: Value): Outcome {
  const start = wholeNumber(from)
  if (typeof text !== 'string' || typeof sought !== 'string' || start === undefined)
    return noOverload('indexOf', text, sought, from)
  if (start < 0 || start > lengthOf(frame, text)) return outOfRange
  return BigInt(pointIndex(frame, text, find(frame, text, sought, unitIndex(frame, text, start))))
}

function lastIndexOf(frame: Frame, text: Value, sought: Value, upTo?: Value): Outcome {
  const end = upTo === undefined ? unlimited : wholeNumber(upTo)
  if (typeof text !== 'string' || typeof sought !== 'string' || end === undefined)
    return noOverload('lastIndexOf', text, sought)
  const length = lengthOf(frame, text)
  if (end < 0 || (upTo !== undefined && end > length)) return outOfRange
  return BigInt(pointIndex(frame, text, findLast(frame, text, sought, unitIndex(frame, text, Math.min(end, length)))))
}

function substring(frame: Frame, text: Value, from: Value, to?: Value): Outcome {
  const start = wholeNumber(from)
  const end = to === undefined ? unlimited : wholeNumber(to)
  if (typeof text !== 'string' || start === undefined || end === undefined) return noOverload('substring', text, from)
  const length = lengthOf(frame, text)
  if (start < 0 || start > length || end < start || (to !== undefined && end > length)) return outOfRange
  return text.slice(unitIndex(frame, text, start), unitIndex(frame, text, Math.min(end, length)))
}

function replaced(frame: Frame, text: Value, sought: Value, by: Value, limit = unlimited): Outcome {
  if (typeof text !== 'string' || typeof sought !== 'string' || typeof by !== 'string')
    return noOverload('replace', text, sought, by)
  return limit === 0 ? text : replace(frame, text, sought, by, limit < 0 ? unlimited : limit)
}

function splitUp(frame: Frame, text: Value, separator: Value, limit: Value): Outcome {
  const most = wholeNumber(limit)
  if (typeof text !== 'string' || typeof separator !== 'string' || most === undefined)
    return noOverload('split', text, separator)
  return most === 0 ? [] : split(frame, text, separator, most < 0 ? unlimited : most)
}

function join(frame: Frame, list: Value, separator: Value): Outcome {
  if (!Array.isArray(list) || typeof separator !== 'string') return noOverload('join', list, separator)
  const parts: string[] = []
  for (const part of list) {
    if (typeof part !== 'string') return noOverload('join', part)
    chargeSize(frame, part.length + separator.length + 16)
    parts.push(part)
  }
  return parts.join(separator)
}

/** Doubles its cost by what it does per character. */
const each = (frame: Frame, text: string): string => {
  chargeSize(frame, text.length * 4)
  return text
}

const ascii = (from: RegExp, shift: number) => (frame: Frame, text: string) =>
  each(frame, text).replace(from, letters =>
    String.fromCharCode(...Array.from(letters, letter => letter.charCodeAt(0) + shift)),
  )

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

/** Without the white space of Unicode around it. By hand, since `\s+$` tries again at every blank. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const isSpace = (unit: number): boolean =>
  unit === 0x20 ||
  (unit >= 0x09 && unit <= 0x0d) ||
  (unit >= 0x85 && unit !== 0xfeff && /[\s\u0085]/.test(String.fromCharCode(unit)))

/** A literal that reads back as this text; halves of surrogate pairs become U+FFFD. */
const quote = (frame: Frame, text: string): string => {
  const parts = Array.from(each(frame, text).toWellFormed(), char => escapes[char] ?? char)
  return `"${parts.join('')}"`
}

export const stringFunctions: FunctionTable = {
  '.contains': ofTwoTexts('contains', (frame, text, sought) => find(frame, text, sought) >= 0),
  '.startsWith': ofTwoTexts('startsWith', (frame, text, start) => {
    chargeSize(frame, start.length)
    return text.startsWith(start)
  }),
  '.endsWith': ofTwoTexts('endsWith', (frame, text, end) => {
    chargeSize(frame, end.length)
    return text.endsWith(end)
  }),
  '.matches': matches,
  matches: { ...matches, overloads: ['matches(string, string): bool'] },
  '.charAt': { two: charAt, overloads: ['string.charAt(int): string'] },
  '.indexOf': { two: (frame, text, sought) => indexOf(frame, text, sought, 0), three: indexOf },
  '.lastIndexOf': { two: lastIndexOf, three: lastIndexOf },
  '.substring': { two: substring, three: substring },
  '.replace': {
    three: replaced,
    many: (frame, text = null, sought = null, by = null, limit = null, ...more) =>
      wholeNumber(limit) === undefined || more.length > 0
        ? noOverload('replace', limit)
        : replaced(frame, text, sought, by, wholeNumber(limit)),
    overloads: ['string.replace(string, string): string', 'string.replace(string, string, int): string'],
  },
  '.split': { two: (frame, text, separator) => splitUp(frame, text, separator, -1), three: splitUp },
  '.join': { one: (frame, list) => join(frame, list, ''), two: join },
  '.lowerAscii': ofText('lowerAscii', ascii(/[A-Z]{1,1000}/g, 32), false),
  '.upperAscii': ofText('upperAscii', ascii(/[a-z]{1,1000}/g, -32), false),
  '.trim': ofText('trim', (frame, text) => trimmed(each(frame, text)), false),
  '.reverse': ofText('reverse', (frame, text) =>
    Array.from(each(frame, each(frame, text)))
      .reverse()
      .join(''),
  ),
  '.format': {
    two: (frame, text, values) =>
      typeof text === 'string' && Array.isArray(values)
        ? formatText(frame, text, values)
        : noOverload('format', text, values),
    overloads: ['string.format(list<dyn>): string'],
  },
  'strings.quote': {
    one: (frame, text) => (typeof text === 'string' ? quote(frame, text) : noOverload('quote', text)),
  },
}
