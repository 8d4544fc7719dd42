import { z } from 'zod'
import { type EntryTerms, indexEntry } from '../engine/search.ts'
import type { Tx } from '../engine/transaction.ts'
import { countBetween, entriesBetween, moveSearchMark, searchMark } from '../store/audit.ts'
import { action, done } from './action.ts'

/** Entries after the mark, with what the index shall have of them: JSON of EntryTerms. */
const Slice = z.object({ after: z.int(), last: z.int(), entries: z.string() })

/** Brings the full-text index on by a slice, for all organizations. A slice that another has come before is left. */
export const indexAudit = action('write:audit', Slice, async (tx, { input: { after, last, entries } }) => {
  const { mark } = await tx.one(searchMark, {})
  if (mark !== after) return done(null)
  for (const [id, terms] of await stillThere(tx, after, last, JSON.parse(entries)))
    await tx.run(indexEntry, { id, terms })
  await tx.run(moveSearchMark, { mark: last })
  return done(null)
})

/** Those that retention has deleted meanwhile are passed over. Mostly it has deleted none, which a count tells. */
async function stillThere(tx: Tx, after: number, last: number, entries: EntryTerms[]): Promise<EntryTerms[]> {
  const { count } = await tx.one(countBetween, { after, last })
  if (count === entries.length) return entries
  const there = new Set((await tx.all(entriesBetween, { after, last })).map(({ id }) => id))
  return entries.filter(([id]) => there.has(id))
}
