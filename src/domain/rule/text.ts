/**
 * Texts as CEL sees them: sequences of Unicode code points. JavaScript counts UTF-16 units, which is the same unless
 * a text holds surrogate pairs, so the common case stays a native call.
 */
import { charge, chargeSize, type Frame } from './frame.ts'

const surrogates = /[\ud800-\udfff]/

/** The number of code points. */
export function lengthOf(frame: Frame, text: string): number {
  chargeSize(frame, text.length)
  if (!surrogates.test(text)) return text.length
  let length = text.length
  for (let index = 1; index < text.length; index++) if (isPair(text, index)) length--
  return length
}

const isPair = (text: string, second: number): boolean => {
  const unit = text.charCodeAt(second)
  const before = text.charCodeAt(second - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff
}

/** Where the nth code point begins, in UTF-16 units. `points` lies between 0 and the text's length. */
export function unitIndex(frame: Frame, text: string, points: number): number {
  chargeSize(frame, text.length)
  if (!surrogates.test(text)) return points
  let unit = 0
  for (let left = points; left > 0 && unit < text.length; left--) unit += isPair(text, unit + 1) ? 2 : 1
  return unit
}

/** The inverse of unitIndex; -1 stays -1. */
export const pointIndex = (frame: Frame, text: string, unit: number): number =>
  unit <= 0 ? unit : lengthOf(frame, text.slice(0, unit))

/** Up to this product of lengths the native search takes at most some 10 µs, whatever the texts are. */
const smallProduct = 16_384

/**
 * indexOf in linear time: the native one takes the product of both lengths on texts made for it (half a minute for
 * 'aaa…' of a megabyte in another), Knuth, Morris and Pratt take the sum.
 */
export function find(frame: Frame, text: string, sought: string, from = 0): number {
  if (sought.length >= 8 && text.length * sought.length > smallProduct) return findLinearly(frame, text, sought, from)
  const at = text.indexOf(sought, from)
  chargeSize(frame, ((at < 0 ? text.length : at) - from) * Math.min(sought.length, 8) + 16)
  return at
}

function findLinearly(frame: Frame, text: string, sought: string, from: number): number {
  if (sought.length > text.length - from) return -1
  chargeSize(frame, sought.length * 4)
  const borders = bordersOf(sought)
  let matched = 0
  for (let index = from; index < text.length; index++) {
    // Every 1,024 characters, so that an early hit is cheap and a late one is paid for in time.
    if ((index & 1023) === 0) chargeSize(frame, 4096)
    const unit = text.charCodeAt(index)
    while (matched > 0 && sought.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0
    if (sought.charCodeAt(matched) === unit) matched++
    if (matched === sought.length) return index - matched + 1
  }
  return -1
}

/** For each prefix the length of its longest border (a proper prefix that is also its suffix). */
function bordersOf(sought: string): Int32Array {
  const borders = new Int32Array(sought.length)
  let length = 0
  for (let index = 1; index < sought.length; index++) {
    const unit = sought.charCodeAt(index)
    while (length > 0 && sought.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0
    if (sought.charCodeAt(length) === unit) length++
    borders[index] = length
  }
  return borders
}

/** lastIndexOf up to a unit index, by searching forward in linear time. */
export function findLast(frame: Frame, text: string, sought: string, upTo: number): number {
  if (sought.length < 8 || text.length * sought.length <= smallProduct) {
    chargeSize(frame, text.length + sought.length)
    return text.lastIndexOf(sought, upTo)
  }
  let last = -1
  for (let at = find(frame, text, sought); at >= 0 && at <= upTo; at = find(frame, text, sought, at + 1)) last = at
  return last
}

/** The parts of a text between the separators, at most `limit` of them (the last keeps the rest). */
export function split(frame: Frame, text: string, separator: string, limit: number): string[] {
  if (separator === '') return pieces(frame, text, limit)
  const parts: string[] = []
  let from = 0
  while (parts.length < limit - 1) {
    const at = find(frame, text, separator, from)
    if (at < 0) break
    charge(frame, 2)
    parts.push(text.slice(from, at))
    from = at + separator.length
  }
  parts.push(text.slice(from))
  return parts
}

function pieces(frame: Frame, text: string, limit: number): string[] {
  chargeSize(frame, text.length * 16)
  const points = Array.from(text)
  return points.length <= limit ? points : [...points.slice(0, limit - 1), points.slice(limit - 1).join('')]
}

/** Replaces the first `limit` occurrences; an empty text occurs before each code point and at the end. */
export function replace(frame: Frame, text: string, sought: string, by: string, limit: number): string {
  const parts =
    sought === ''
      ? ['', ...pieces(frame, text, limit), ...(limit > lengthOf(frame, text) ? [''] : [])]
      : split(frame, text, sought, limit + 1)
  chargeSize(frame, text.length + parts.length * (by.length + 8))
  return parts.join(by)
}
