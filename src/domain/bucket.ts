/**
 * Which share of a percentage somebody belongs to: the same on every machine and after every restart, independent between
 * flags, and stable while a share grows. Source: flags.md, "Bucketing".
 */

/** Buckets are numbered from 0 to 99,999, so a bucket is a thousandth of a percent. */
export const buckets = 100_000

/** The bucket of a key under a salt: the flag's slug unless the flag sets another. */
export const bucketOf = (salt: string, key: string): number => bucketOfHash(murmur3(`${salt}\0${key}`))

/** Scaled by multiplication: a remainder would favour the lower buckets. */
export const bucketOfHash = (hash: number): number => Math.floor((hash * buckets) / 2 ** 32)

/** Variants in the order of their flag, each with the bucket (a fraction) that its share ends before. */
export type Shares = readonly { readonly variant: string; readonly end: number }[]

/**
 * Lays shares side by side in the order of the variants. Weights are numbers ≥ 0 with up to three decimals and need not
 * total 100; no shares where all are zero. To be done once per flag.
 */
export function sharesOf(distribution: Readonly<Record<string, number>>, variants: readonly string[]): Shares {
  // In thousandths and so whole: sums are exact, and the last share ends exactly at the last bucket.
  const weights = variants.map(variant =>
    Object.hasOwn(distribution, variant) ? Math.round((distribution[variant] ?? 0) * 1000) : 0,
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let upTo = 0
  return variants.flatMap((variant, index) => {
    const weight = weights[index] ?? 0
    upTo += weight
    return weight > 0 ? [{ variant, end: (upTo * buckets) / total }] : []
  })
}

/** The variant whose share covers a bucket; undefined where there are no shares. */
export function variantAt(shares: Shares, bucket: number): string | undefined {
  for (const { variant, end } of shares) if (bucket < end) return variant
  return undefined
}

const encoder = new TextEncoder()
let bytes = new Uint8Array(256)

/** MurmurHash3 x86 32 with seed 0 over the text's UTF-8, as an unsigned number. Source: Austin Appleby, smhasher. */
export function murmur3(text: string): number {
  // A character takes at most three bytes per UTF-16 unit; one buffer for all saves an allocation per evaluation.
  if (text.length * 3 > bytes.length) bytes = new Uint8Array(text.length * 3)
  const { written: length } = encoder.encodeInto(text, bytes)
  const whole = length - (length % 4)
  let hash = 0
  for (let at = 0; at < whole; at += 4) {
    hash ^= scrambled(byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | byte(at)
  if (length > whole) hash ^= scrambled(tail)
  return mixed(hash ^ length)
}

const byte = (at: number): number => bytes[at] ?? 0

function scrambled(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}

function mixed(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 0
}
