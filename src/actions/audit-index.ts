import { textOf } from '../domain/audit.ts'
import { Nothing } from '../domain/input.ts'
import { indexEntry, termsOf } from '../engine/search.ts'
import { entriesToIndex, moveSearchMark, searchMark } from '../store/audit.ts'
import { action } from './action.ts'

/** Few enough that no report waits long behind them: about 30 µs an entry. */
const perRun = 64

/** Brings the full-text index on by a slice, for all organizations. The value is whether more are waiting. */
export const indexAudit = action('write:audit', Nothing, async tx => {
  const { mark } = await tx.one(searchMark, {})
  const entries = await tx.all(entriesToIndex, { mark, limit: perRun })
  for (const entry of entries)
    await tx.run(indexEntry, { id: entry.id, terms: termsOf({ ...entry, text: textOf(entry) }) })
  const last = entries.at(-1)
  if (last) await tx.run(moveSearchMark, { mark: last.id })
  return { value: entries.length === perRun, events: [] }
})
