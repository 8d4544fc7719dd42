/**
 * An ELF file without what no loader reads: symbols and debug information, a seventh of Node. It is what `strip -s` does,
 * for any architecture and on a machine without binutils. Layout: elf(5), 64 bits, little-endian.
 */
export function stripped(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error('This is no 64-bit little-endian ELF file.')
  const sections = sectionsOf(file)
  const names = sections[file.readUInt16LE(header.namesIndex)]
  const kept = sections.filter(({ flags }, index) => index === 0 || (flags & allocated) !== 0n)
  // Sections refer to each other by position: it must not change for those that stay.
  if (!names || kept.some((section, index) => section !== sections[index]))
    throw new Error('Sections that are loaded stand behind others that are not.')

  const loaded = Math.max(...kept.map(({ type, offset, size }) => (type === withoutBytes ? offset : offset + size)))
  const namesAt = aligned(loaded)
  const tableAt = aligned(namesAt + names.size)
  const lean = Buffer.alloc(tableAt + (kept.length + 1) * entrySize)
  file.copy(lean, 0, 0, loaded)
  file.copy(lean, namesAt, names.offset, names.offset + names.size)
  for (const [index, { entry }] of [...kept, names].entries()) entry.copy(lean, tableAt + index * entrySize)
  lean.writeBigUInt64LE(BigInt(namesAt), tableAt + kept.length * entrySize + entryOffset)
  lean.writeBigUInt64LE(BigInt(tableAt), header.table)
  lean.writeUInt16LE(kept.length + 1, header.count)
  lean.writeUInt16LE(kept.length, header.namesIndex)
  return lean
}

const header = { table: 0x28, entrySize: 0x3a, count: 0x3c, namesIndex: 0x3e }
const entrySize = 64
const entryOffset = 24
/** SHF_ALLOC: it is in memory while the program runs. */
const allocated = 2n
/** SHT_NOBITS: it has a place in memory, and none in the file. */
const withoutBytes = 8

interface Section {
  /** Its line in the table. */
  entry: Buffer
  type: number
  flags: bigint
  offset: number
  size: number
}

function sectionsOf(file: Buffer): Section[] {
  const table = Number(file.readBigUInt64LE(header.table))
  if (file.readUInt16LE(header.entrySize) !== entrySize)
    throw new Error('The section table has lines of another length.')
  return Array.from({ length: file.readUInt16LE(header.count) }, (_, index) => {
    const entry = file.subarray(table + index * entrySize, table + (index + 1) * entrySize)
    return {
      entry,
      type: entry.readUInt32LE(4),
      flags: entry.readBigUInt64LE(8),
      offset: Number(entry.readBigUInt64LE(entryOffset)),
      size: Number(entry.readBigUInt64LE(32)),
    }
  })
}

const aligned = (position: number): number => Math.ceil(position / 8) * 8
