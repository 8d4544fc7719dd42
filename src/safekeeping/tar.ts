/**
 * The little of the tar format (POSIX ustar) that backups need: plain files in a row. Any tar program opens what is
 * written here; what others write is read as far as it is plain files.
 */

const block = 512

export interface Entry {
  name: string
  size: number
  /** To be read to its end before the next entry is asked for. */
  content: AsyncIterable<Buffer>
}

/** The 512 bytes before a file's content. `modified` is in epoch milliseconds. */
export function header(name: string, size: number, modified: number): Buffer {
  const bytes = Buffer.alloc(block)
  bytes.write(name, 0, 100)
  bytes.write('0000600\0', 100) // mode: its owner's alone
  bytes.write('0000000\0', 108) // user
  bytes.write('0000000\0', 116) // group
  writeSize(bytes, size)
  bytes.write(`${octal(Math.floor(modified / 1000), 11)} `, 136)
  bytes.write('        ', 148) // the checksum counts itself as blanks
  bytes.write('0', 156) // a plain file
  bytes.write('ustar\x0000', 257) // magic and version of the format
  bytes.write(`${octal(checksum(bytes), 6)}\0 `, 148)
  return bytes
}

/** The zeros that fill a file's last block. */
export const filling = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block)

/** Two blocks of zeros end a tar. */
export const ending = (): Buffer => Buffer.alloc(2 * block)

/** The files of a tar, in order. Throws with a sentence where it is none, is altered or ends early. */
export async function* entries(source: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const bytes = new Bytes(source)
  for (;;) {
    const head = await bytes.exactly(block)
    if (head.every(byte => byte === 0)) break
    const name = nameOf(head)
    const size = sizeOf(head)
    if (!Number.isSafeInteger(size)) throw new Error(`${JSON.stringify(name)} in it has no size.`)
    let isRead = false
    const content = async function* () {
      yield* bytes.next(size)
      await bytes.exactly(filling(size).length)
      isRead = true
    }
    yield { name, size, content: content() }
    if (!isRead) throw new Error('The content of an entry was not read to its end.')
  }
  // To its very end: what compressed it has its checksum there.
  await bytes.exactly(block)
  for await (const rest of bytes.rest())
    if (rest.some(byte => byte !== 0)) throw new Error('Something follows its end.')
}

function nameOf(head: Buffer): string {
  if (head.toString('latin1', 257, 262) !== 'ustar') throw new Error('It is no tar archive.')
  if (numberIn(head, 148, 156) !== checksum(head))
    throw new Error('A header of the tar archive does not have its checksum.')
  const type = head.toString('latin1', 156, 157)
  const name = head.toString('utf8', 0, 100).replace(/\0.*/s, '')
  if (type !== '0' && type !== '\0') throw new Error(`${JSON.stringify(name)} in it is no plain file.`)
  return name
}

// Eleven octal digits reach 8 GiB; beyond, the size is binary with the first bit set, as GNU tar has it.
const mostOctal = 8 ** 11

function writeSize(bytes: Buffer, size: number): void {
  if (size < mostOctal) bytes.write(`${octal(size, 11)} `, 124)
  else {
    bytes[124] = 0x80
    bytes.writeBigUInt64BE(BigInt(size), 128)
  }
}

function sizeOf(head: Buffer): number {
  if (head[124] === 0x80) return Number(head.readBigUInt64BE(128))
  return numberIn(head, 124, 136)
}

/** NaN where something else than a number stands. */
function numberIn(head: Buffer, from: number, to: number): number {
  const digits = head.toString('latin1', from, to).match(/^ *([0-7]+)[\0 ]*$/)?.[1]
  return digits === undefined ? Number.NaN : Number.parseInt(digits, 8)
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** The sum of a header's bytes, those of the checksum itself taken for blanks. */
const checksum = (head: Buffer): number =>
  head.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0)

/** Bytes in the portions one asks for, whatever the portions they come in. */
class Bytes {
  private readonly source: AsyncIterator<Buffer>
  private held: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]()
  }

  async exactly(count: number): Promise<Buffer> {
    const portions: Buffer[] = []
    for await (const portion of this.next(count)) portions.push(portion)
    return Buffer.concat(portions)
  }

  async *next(count: number): AsyncGenerator<Buffer> {
    for (let missing = count; missing > 0; ) {
      if (this.held.length === 0 && !(await this.fetch())) throw new Error('It ends too early.')
      const portion = this.held.subarray(0, missing)
      this.held = this.held.subarray(portion.length)
      missing -= portion.length
      yield portion
    }
  }

  async *rest(): AsyncGenerator<Buffer> {
    do yield this.held
    while (await this.fetch())
  }

  private async fetch(): Promise<boolean> {
    const { value, done } = await this.source.next()
    this.held = done ? Buffer.alloc(0) : value
    return !done
  }
}
