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

type Holder = (slug: string) => Statement<{ id: string }>

/** The slug of a new object. A given one must be free; a derived one that is taken gets `-2`, `-3`… */
export async function freeSlug(tx: Tx, wish: SlugWish, holder: Holder): Promise<string> {
  if (wish.slug !== undefined) {
    if (await isFree(tx, wish.slug, holder)) return wish.slug
    throw new Problem(wish.taken, `The slug ${wish.slug} is taken. Choose another, or leave it out.`, {
      errors: [{ location: 'body.slug', message: 'is taken', value: wish.slug }],
    })
  }
  const base = slugFrom(wish.name, wish.kind)
  if (base.length < 2) throw invalid({ location: 'body.name', message: 'gives no slug; send one' })
  return nextFree(tx, base, holder)
}

/**
 * The slug itself where it is free, else with `-2`, `-3`… The number is found by doubling and halving, so the thousandth
 * "Acme" costs twenty look-ups and not a thousand.
 */
export async function nextFree(tx: Tx, base: string, holder: Holder): Promise<string> {
  if (await isFree(tx, base, holder)) return base
  let taken = 1
  let free = 2
  while (!(await isFree(tx, numbered(base, free), holder))) [taken, free] = [free, free * 2]
  while (free - taken > 1) {
    const middle = (taken + free) >> 1
    if (await isFree(tx, numbered(base, middle), holder)) free = middle
    else taken = middle
  }
  return numbered(base, free)
}

const isFree = async (tx: Tx, slug: string, holder: Holder): Promise<boolean> =>
  !isReserved(slug) && (await tx.find(holder(slug))) === undefined
