import { putHex } from './hex.ts'
import { addByte, addNumber, addText, begin, hash128 } from './murmur3.ts'

/**
 * A strong entity tag of everything that an answer is made from, so that "not modified" is told before the answer is
 * made. Equal values, as JSON.parse gives them, have an equal tag on every machine, whatever the order of members. It is
 * compared with one that the asker was given, so 64 bits are plenty; whoever went to the length of making two contexts
 * with one tag would mislead nobody but themselves.
 */
export function tagOf(values: readonly unknown[]): string {
  begin()
  for (const value of values) add(value)
  const hash = hash128()
  putHex(codes, 1, hash[0] as number)
  putHex(codes, 9, hash[1] as number)
  return String.fromCharCode(...codes)
}

const codes = Array<number>(18).fill('"'.charCodeAt(0))

/** No UTF-8 has these bytes, so that what one value is made of never runs into the next. */
const mark = { text: 0xff, object: 0xfe, array: 0xfd, end: 0xfc, number: 0xfb, true: 0xfa, false: 0xf9, null: 0xf8 }

function add(value: unknown): void {
  if (typeof value === 'string') addWhole(value)
  else if (typeof value === 'number') {
    addByte(mark.number)
    addNumber(value)
  } else if (typeof value === 'boolean') addByte(value ? mark.true : mark.false)
  else if (typeof value !== 'object' || value === null) addByte(mark.null)
  else if (Array.isArray(value)) {
    addByte(mark.array)
    for (const item of value) add(item)
    addByte(mark.end)
  } else {
    addByte(mark.object)
    for (const [name, member] of inOrder(Object.entries(value))) {
      addWhole(name)
      add(member)
    }
    addByte(mark.end)
  }
}

/** Above this, the library's sort is quicker than moving members one by one. */
const fewMembers = 16

/** Members by their names. Few are sorted where they are: the library's sort costs more before it compares the first. */
function inOrder(members: [string, unknown][]): [string, unknown][] {
  if (members.length > fewMembers) return members.sort(([a], [b]) => (a < b ? -1 : 1))
  for (let from = 1; from < members.length; from++) {
    const member = members[from] as [string, unknown]
    let to = from
    for (; to > 0 && (members[to - 1] as [string, unknown])[0] > member[0]; to--)
      members[to] = members[to - 1] as [string, unknown]
    members[to] = member
  }
  return members
}

function addWhole(text: string): void {
  addText(text)
  addByte(mark.text)
}

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
