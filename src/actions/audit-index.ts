import { z } from 'zod'
import { indexEntry } from '../engine/search.ts'
import { entriesBetween, moveSearchMark, searchMark } from '../store/audit.ts'
import { action, done } from './action.ts'

/** Entries after the mark, in order, with what the index shall have of them. */
const Slice = z.object({ after: z.int(), entries: z.array(z.object({ id: z.int(), terms: z.string() })) })

/** Brings the full-text index on by a slice, for all organizations. A slice that another has come before is left. */
export const indexAudit = action('write:audit', Slice, async (tx, { input: { after, entries } }) => {
  const { mark } = await tx.one(searchMark, {})
  const last = entries.at(-1)
  if (mark !== after || !last) return done(null)
  // Those that retention has deleted meanwhile are passed over.
  const there = new Set((await tx.all(entriesBetween, { after, last: last.id })).map(({ id }) => id))
  for (const entry of entries) if (there.has(entry.id)) await tx.run(indexEntry, entry)
  await tx.run(moveSearchMark, { mark: last.id })
  return done(null)
})
