import { invalid, Problem, type ProblemCode } from '../domain/problem.ts'
import { isReserved, numbered, slugFrom } from '../domain/slug.ts'
import type { Tx } from '../engine/transaction.ts'
import type { Statement } from '../store/query.ts'

export interface SlugWish {
  /** What the object is called in slugs of nameless ones, such as `customer-c`. */
  kind: string
  /** Given by the caller: taken as it is, or a conflict. */
  slug?: string | undefined
  /** What it comes from otherwise. */
  name: string
  taken: ProblemCode
}

/**
 * The slug of a new object. A given one must be free; a derived one that is taken gets `-2`, `-3`… The number is found
 * by doubling and halving, so the thousandth "Acme" costs twenty look-ups and not a thousand.
 */
export async function freeSlug(
  tx: Tx,
  wish: SlugWish,
  holder: (slug: string) => Statement<{ id: string }>,
): Promise<string> {
  const isFree = async (slug: string) => !isReserved(slug) && (await tx.find(holder(slug))) === undefined
  if (wish.slug !== undefined) {
    if (await isFree(wish.slug)) return wish.slug
    throw new Problem(wish.taken, `The slug ${wish.slug} is taken. Choose another, or leave it out.`, {
      errors: [{ location: 'body.slug', message: 'is taken', value: wish.slug }],
    })
  }
  const base = slugFrom(wish.name, wish.kind)
  if (base.length < 2) throw invalid({ location: 'body.name', message: 'gives no slug; send one' })
  if (await isFree(base)) return base
  let taken = 1
  let free = 2
  while (!(await isFree(numbered(base, free)))) [taken, free] = [free, free * 2]
  while (free - taken > 1) {
    const middle = (taken + free) >> 1
    if (await isFree(numbered(base, middle))) free = middle
    else taken = middle
  }
  return numbered(base, free)
}
