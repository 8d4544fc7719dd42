import { murmur3OfPair } from './murmur3.ts'

/**
 * Which share of a percentage somebody belongs to: the same on every machine and after every restart, independent between
 * flags, and stable while a share grows. Source: flags.md, "Bucketing".
 */

/** Buckets are numbered from 0 to 99,999, so a bucket is a thousandth of a percent. */
export const buckets = 100_000

/** The bucket of a key under a salt: the flag's slug unless the flag sets another. */
export const bucketOf = (salt: string, key: string): number => bucketOfHash(murmur3OfPair(salt, key))

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
