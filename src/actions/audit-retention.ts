import { AuditArchive } from '../domain/audit.ts'
import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { Problem } from '../domain/problem.ts'
import { forgetEntries } from '../engine/search.ts'
import { archivedEntries, deleteAuditEntries, raiseRetentionMark } from '../store/audit-retention.ts'
import { action, done } from './action.ts'

/**
 * Says that the organization's entries up to an id are in a file that is safely on the disk. The only way to the mark
 * below which the database lets entries be deleted.
 */
export const archiveAudit = action('write:audit', AuditArchive, async (tx, { principal, input }) => {
  if (principal.kind !== 'appliance')
    throw new Problem('Auth.MissingScope', 'The audit trail is archived by the clock alone, as retention-audit says.')
  await tx.run(raiseRetentionMark, { organization: principal.organization, mark: input.upTo })
  return done(null, event('AUDIT_TRAIL_ARCHIVAL', { id: principal.organization, ...input }))
})

/** Few enough that no report waits long behind them. */
const perRun = 200

/**
 * Deletes a slice of what is in the archive, of all organizations, from the trail and from its index. The days' rollups
 * stay: charts and counts go back further than entries. The value is whether more is waiting.
 */
export const forgetAudit = action('write:audit', Nothing, async tx => {
  const ids = (await tx.all(archivedEntries, { limit: perRun })).map(({ id }) => id)
  if (ids.length > 0) {
    await tx.run(forgetEntries(ids))
    await tx.run(deleteAuditEntries(ids))
  }
  return { value: ids.length === perRun, events: [] }
})
