import { murmur3x128 } from './murmur3.ts'

/**
 * A strong entity tag of everything that an answer is made from, so that "not modified" is told before the answer is
 * made. Equal parts give an equal tag on every machine. No part may hold a line break. Whoever went to the length of making
 * two contexts with one tag would mislead nobody but themselves.
 */
export const tagOf = (parts: readonly string[]): string => `"${murmur3x128(parts.join('\n'))}"`

/**
 * Does an If-None-Match name this tag? Read as RFC 9110 writes it (a list, weak tags, `*`) and as clients and proxies
 * send it: also without quotes.
 */
export function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  if (header === tag || header.trim() === '*') return true
  const wanted = opaque(tag)
  return header.split(',').some(each => opaque(each) === wanted)
}

function opaque(tag: string): string {
  const strong = tag.trim().replace(/^W\//i, '')
  return strong.length > 1 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : strong
}
