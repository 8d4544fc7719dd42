import { famousPhrases, passwordWords, walks } from './password-words.ts'

/**
 * What a password has to be: long, and not what everybody tries first. No rules of composition. It is taken apart into
 * the pieces that guessing programs put together (words, names, walks over the keyboard, dates, repetitions), and is
 * refused where the cheapest way to make it of such pieces needs fewer guesses than the limit. Source: security.md,
 * "Passwords"; the way of counting is zxcvbn's (Wheeler, USENIX Security 2016), in small.
 */
export const fewestCharacters = 12
export const mostCharacters = 256

/** Of guessing: at 2³³ a processor that hashes 40 passwords a second is busy for seven years, were there no back-off. */
const fewestBits = 33

/** The same text in every Unicode spelling is the same password. */
export const normalized = (password: string): string => password.normalize('NFC')

/** What is wrong with a password that somebody chooses, or nothing. `about` are their names, addresses and the like. */
export function complaintAbout(password: string, about: readonly string[]): string | undefined {
  const characters = [...normalized(password)]
  if (characters.length < fewestCharacters) return `must have at least ${fewestCharacters} characters`
  if (characters.length > mostCharacters) return `must have at most ${mostCharacters} characters`
  if (bitsOf(characters.join(''), about) < fewestBits)
    return 'is too easy to guess: it is made of common words, names, keyboard rows, dates or repetitions. Three or four unrelated words do well'
  return undefined
}

/** Can this be anybody's password at all? What cannot is refused before it costs a hash. */
export const couldBePassword = (password: string): boolean =>
  password.length > 0 && [...normalized(password)].length <= mostCharacters

/** Bits of the cheapest way to make the text of pieces that guessing programs know. */
export function bitsOf(password: string, about: readonly string[]): number {
  const lower = password.toLowerCase()
  const words = new Set([...passwordWords, ...about.flatMap(partsOf)])
  const joined = lower.replace(/[\s.\-_@,+]+/g, '')
  return Math.min(bitsAsWritten(lower, words), bitsAsWritten(joined, words) + (joined === lower ? 0 : separatorBits))
}

/** Of the pieces of each spelling the cheapest may be used. */
function bitsAsWritten(lower: string, words: ReadonlySet<string>): number {
  const spellings = new Set([lower, plain(lower)])
  const pieces = [...spellings].flatMap(text => [...knownPieces(text, words), ...repetitions(text)])
  return cheapest(lower, pieces)
}

interface Piece {
  from: number
  to: number
  bits: number | ((upTo: (from: number, to: number) => number) => number)
}

/** Dynamic programming over where the last piece begins. Characters that are in no piece cost what their kind costs. */
function cheapest(text: string, pieces: readonly Piece[], from = 0, to = text.length): number {
  const ending = new Map<number, Piece[]>()
  for (const piece of pieces)
    if (piece.from >= from && piece.to <= to) ending.set(piece.to, [...(ending.get(piece.to) ?? []), piece])
  const simple = pieces.filter(({ bits }) => typeof bits === 'number')
  const within = (start: number, end: number): number => cheapest(text, simple, start, end)
  const best: number[] = [0]
  for (let end = from + 1; end <= to; end++) {
    let least = (best[end - 1 - from] ?? 0) + characterBits(text.charAt(end - 1))
    for (const { from: start, bits } of ending.get(end) ?? [])
      least = Math.min(least, (best[start - from] ?? 0) + (typeof bits === 'number' ? bits : bits(within)))
    best.push(least)
  }
  return best[to - from] ?? 0
}

const characterBits = (character: string): number => {
  if (/\d/.test(character)) return 3.3
  if (/[a-z]/.test(character)) return 4.7
  // Signs that people put between words and at the end.
  if (/[ !.\-_?@#*+&,]/.test(character)) return 2.6
  return character > '\u007f' ? 8 : 5.5
}

/** One of some nine hundred words, in one of two spellings. */
const wordBits = 10
const phraseBits = 12
/** Which walk, from where, how far, in which direction. */
const walkBits = 8
/** One of some 40,000 days, written in one of a few ways. */
const dateBits = 16
const yearBits = 6.5
/** The same sign between all words, or a few. */
const separatorBits = 4

function* knownPieces(text: string, words: ReadonlySet<string>): Generator<Piece> {
  for (let from = 0; from < text.length; from++) {
    for (let to = from + 2; to <= Math.min(text.length, from + longestWord); to++)
      if (words.has(text.slice(from, to))) yield { from, to, bits: wordBits }
    const walked = longestWalk(text, from)
    if (walked >= 3) yield { from, to: from + walked, bits: walkBits }
    const phrased = longestPart(text, from, famousPhrases)
    if (phrased >= 10) yield { from, to: from + phrased, bits: phraseBits }
  }
  for (const { index } of text.matchAll(/(?=(?:19|20)\d\d)/g)) yield { from: index, to: index + 4, bits: yearBits }
  for (const { index, 1: found = '' } of text.matchAll(
    /(?=((?:19|20)\d\d[01]\d[0-3]\d|[0-3]\d[01]\d(?:19|20)\d\d|[01]\d[0-3]\d(?:19|20)\d\d))/g,
  ))
    yield { from: index, to: index + found.length, bits: dateBits }
}

const longestWord = 40

const bothWays = walks.flatMap(walk => [walk, [...walk].reverse().join('')])
const longestWalk = (text: string, from: number): number => longestPart(text, from, bothWays)

/** How many characters from here on stand as they are in one of the lines. */
function longestPart(text: string, from: number, lines: readonly string[]): number {
  let longest = 0
  while (from + longest < text.length && lines.some(line => line.includes(text.slice(from, from + longest + 1))))
    longest++
  return longest
}

const longestUnit = 64

/** `abcabcabc` is `abc` and how often; `run[i]` is how far the text goes on as it was `unit` characters before. */
function* repetitions(text: string): Generator<Piece> {
  for (let unit = 1; unit <= Math.min(longestUnit, text.length / 2); unit++) {
    const run = new Array<number>(text.length + 1).fill(0)
    for (let at = text.length - unit - 1; at >= 0; at--)
      run[at] = text[at] === text[at + unit] ? (run[at + 1] ?? 0) + 1 : 0
    for (let from = 0; from + 2 * unit <= text.length; from++) {
      // Only where a repetition begins: later beginnings are parts of it.
      if (from > 0 && (run[from - 1] ?? 0) > 0) continue
      const times = Math.floor((run[from] ?? 0) / unit) + 1
      if (times * unit < 3 || times < 2) continue
      const bits: Piece['bits'] = within => within(from, from + unit) + Math.log2(times)
      yield { from, to: from + times * unit, bits }
    }
  }
}

const plainLetters: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b' }
const plainSigns: Record<string, string> = { '@': 'a', $: 's', '!': 'i', '€': 'e', ä: 'a', ö: 'o', ü: 'u', é: 'e' }

/** `p@ssw0rd` as the word it was. */
const plain = (text: string): string =>
  text.replace(/[013457@$!€äöüé8]/g, character => plainLetters[character] ?? plainSigns[character] ?? character)

/** `Anna.Meier@example.com` has anna, meier, annameier and example in it. */
function partsOf(text: string): string[] {
  const parts = text.toLowerCase().split(/[^\p{L}\p{N}]+/u)
  return [...parts, parts.join(''), parts.slice(0, 2).join('')].filter(part => part.length >= 3)
}
