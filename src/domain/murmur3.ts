/**
 * MurmurHash3 of what is put into one buffer, piece by piece: spreads well, and hides nothing. Beside a request it costs a
 * fraction of a hash of node:crypto, whose code no other part of an evaluation keeps in the processor's caches. One buffer
 * for all saves an allocation per hash; whoever begins one has to finish it in the same turn of the loop.
 * Source: Austin Appleby, smhasher.
 */
let bytes = Buffer.allocUnsafeSlow(256)
let words = new Int32Array(bytes.buffer)
/** How far the buffer is filled. */
let length = 0

/** The 32 bits of x86 with seed 0 over a text's UTF-8, as an unsigned number. */
export function murmur3(text: string): number {
  begin()
  addText(text)
  return hash32()
}

/** The same of two texts with a zero byte between, without the third that joining them would make. */
export function murmur3OfPair(first: string, second: string): number {
  begin()
  addText(first)
  addByte(0)
  addText(second)
  return hash32()
}

export function begin(): void {
  length = 0
}

export function addByte(byte: number): void {
  makeRoom(1)
  bytes[length++] = byte
}

/** Longer than this, the way through C++ costs less than going letter by letter. */
const longestByLetter = 24

/** Adds a text's UTF-8. */
export function addText(text: string): void {
  // A character takes at most three bytes per UTF-16 unit.
  makeRoom(text.length * 3)
  if (text.length > longestByLetter || !addAscii(text)) length += bytes.write(text, length)
}

const double = new Float64Array(1)
const octets = new Uint8Array(double.buffer)

/** Adds the eight bytes of a number; zero has one sign. */
export function addNumber(value: number): void {
  makeRoom(8)
  double[0] = value + 0
  for (let at = 0; at < 8; at++) bytes[length++] = octets[at] as number
}

function hash32(): number {
  endBlock(4)
  const whole = length >>> 2
  let hash = 0
  for (let at = 0; at < whole; at++) hash = (Math.imul(rotated(hash ^ scrambled(word(at)), 13), 5) + 0xe6546b64) | 0
  if (length > whole * 4) hash ^= scrambled(word(whole))
  return mixed(hash ^ length)
}

const scrambled = (value: number): number => Math.imul(rotated(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593)

/** The 128 bits of x86 in four words, good until the next. */
export function hash128(): Readonly<Uint32Array> {
  endBlock(16)
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
  put(a ^ length, b ^ length, c ^ length, d ^ length)
  put(mixed(four[0] ?? 0), mixed(four[1] ?? 0), mixed(four[2] ?? 0), mixed(four[3] ?? 0))
  return four
}

const four = new Uint32Array(4)

function put(a: number, b: number, c: number, d: number): void {
  const sum = (a + b + c + d) | 0
  four[0] = sum
  four[1] = b + sum
  four[2] = c + sum
  four[3] = d + sum
}

const first = (value: number): number => Math.imul(rotated(Math.imul(value, 0x239b961b), 15), 0xab0e9789)
const second = (value: number): number => Math.imul(rotated(Math.imul(value, 0xab0e9789), 16), 0x38b34ae5)
const third = (value: number): number => Math.imul(rotated(Math.imul(value, 0x38b34ae5), 17), 0xa1e38b93)
const fourth = (value: number): number => Math.imul(rotated(Math.imul(value, 0xa1e38b93), 18), 0x239b961b)

/** A block that is not full has zeros after its end. */
function endBlock(size: number): void {
  makeRoom(size)
  for (let at = length; at % size !== 0; at++) bytes[at] = 0
}

/** False where some letter is not ASCII. */
function addAscii(text: string): boolean {
  const into = bytes
  const from = length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return false
    into[from + at] = code
  }
  length = from + text.length
  return true
}

function makeRoom(more: number): void {
  const least = length + more
  if (least <= bytes.length) return
  const before = bytes
  bytes = Buffer.allocUnsafeSlow(2 * least + 4 - ((2 * least) % 4))
  bytes.set(before.subarray(0, length))
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
