/**
 * MurmurHash3 over a text's UTF-8: spreads well, and hides nothing. Beside a request it costs a fraction of a hash
 * of node:crypto, whose code no other part of an evaluation keeps in the processor's caches. Source: Austin Appleby, smhasher.
 */
const encoder = new TextEncoder()
/** One buffer for all saves an allocation per evaluation. */
let bytes = new Uint8Array(256)
let words = new Int32Array(bytes.buffer)

/** The 32 bits of x86 with seed 0, as an unsigned number. */
export const murmur3 = (text: string): number => hashOfLoaded(load(text, 0))

/** The same of two texts with a zero byte between, without the third that joining them would make. */
export function murmur3OfPair(first: string, second: string): number {
  const between = load(first, 0)
  bytes[between] = 0
  return hashOfLoaded(load(second, between + 1))
}

function hashOfLoaded(length: number): number {
  endBlock(length, 4)
  const whole = length >>> 2
  let hash = 0
  for (let at = 0; at < whole; at++) hash = (Math.imul(rotated(hash ^ scrambled(word(at)), 13), 5) + 0xe6546b64) | 0
  if (length > whole * 4) hash ^= scrambled(word(whole))
  return mixed(hash ^ length)
}

const scrambled = (value: number): number => Math.imul(rotated(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593)

/** The 128 bits of x86, as 32 hexadecimal digits. */
export function murmur3x128(text: string): string {
  const length = load(text, 0)
  endBlock(length, 16)
  let [a, b, c, d] = [0, 0, 0, 0]
  const whole = (length >>> 4) * 4
  for (let at = 0; at < whole; at += 4) {
    a = (Math.imul((rotated(a ^ first(word(at)), 19) + b) | 0, 5) + 0x561ccd1b) | 0
    b = (Math.imul((rotated(b ^ second(word(at + 1)), 17) + c) | 0, 5) + 0x0bcaa747) | 0
    c = (Math.imul((rotated(c ^ third(word(at + 2)), 15) + d) | 0, 5) + 0x96cd1c35) | 0
    d = (Math.imul((rotated(d ^ fourth(word(at + 3)), 13) + a) | 0, 5) + 0x32ac3b17) | 0
  }
  // The zeros of a block that is not full change nothing.
  if (length > whole * 4) {
    a ^= first(word(whole))
    b ^= second(word(whole + 1))
    c ^= third(word(whole + 2))
    d ^= fourth(word(whole + 3))
  }
  ;[a, b, c, d] = joined(a ^ length, b ^ length, c ^ length, d ^ length)
  ;[a, b, c, d] = joined(mixed(a), mixed(b), mixed(c), mixed(d))
  return hexadecimal(a, b, c, d)
}

const first = (value: number): number => Math.imul(rotated(Math.imul(value, 0x239b961b), 15), 0xab0e9789)
const second = (value: number): number => Math.imul(rotated(Math.imul(value, 0xab0e9789), 16), 0x38b34ae5)
const third = (value: number): number => Math.imul(rotated(Math.imul(value, 0x38b34ae5), 17), 0xa1e38b93)
const fourth = (value: number): number => Math.imul(rotated(Math.imul(value, 0xa1e38b93), 18), 0x239b961b)

function joined(a: number, b: number, c: number, d: number): [number, number, number, number] {
  const sum = (a + b + c + d) | 0
  return [sum, (b + sum) | 0, (c + sum) | 0, (d + sum) | 0]
}

/** Built by its character codes: `toString(16)` of a number that is no small integer divides doubles, 100 ns a word. */
const codes = Array<number>(32).fill(0)
const codeOfDigit = [...'0123456789abcdef'].map(digit => digit.charCodeAt(0))

function hexadecimal(...hash: [number, number, number, number]): string {
  let at = 0
  for (const word of hash)
    for (let shift = 28; shift >= 0; shift -= 4) codes[at++] = codeOfDigit[(word >>> shift) & 15] as number
  return String.fromCharCode(...codes)
}

/** Longer than this, the encoder's way through C++ costs less than going letter by letter. */
const longestByLetter = 32

/** Puts the text into the buffer from a place on, and gives the place after it. */
function load(text: string, from: number): number {
  makeRoom(from, text.length)
  return (text.length > longestByLetter ? undefined : loadAscii(text, from)) ?? encode(text, from)
}

/** A block that is not full has zeros after the end of the text. */
function endBlock(length: number, size: number): void {
  for (let at = length; at % size !== 0; at++) bytes[at] = 0
}

/** Undefined where some letter is not ASCII. */
function loadAscii(text: string, from: number): number | undefined {
  const into = bytes
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return undefined
    into[from + at] = code
  }
  return from + text.length
}

function encode(text: string, from: number): number {
  const into = from === 0 ? bytes : bytes.subarray(from)
  return from + encoder.encodeInto(text, into).written
}

function makeRoom(from: number, length: number): void {
  // A character takes at most three bytes per UTF-16 unit, and a block ends at most 16 bytes later.
  const most = from + length * 3 + 16
  if (most <= bytes.length) return
  const before = bytes
  bytes = new Uint8Array(most + 4 - (most % 4))
  bytes.set(before.subarray(0, from))
  words = new Int32Array(bytes.buffer)
}

/** Every processor that the program is built for puts the lowest byte first, as the algorithm wants it. */
const word = (at: number): number => words[at] ?? 0

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
