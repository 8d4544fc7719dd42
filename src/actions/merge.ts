import { type EventName, event } from '../domain/event.ts'
import { differing, type Wanted } from '../domain/merge.ts'
import type { Principal } from '../domain/principal.ts'
import { restamped, type Stamp } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { type Owned, updateRow } from '../store/query.ts'
import type { Tables } from '../store/tables.ts'
import { type Done, done } from './action.ts'

interface Kind<Table, Row, Json> {
  table: Table
  event: EventName
  json: (row: Row) => Json
}

/**
 * The end of every change of an object: writes the members that differ with a new revision, and tells them in one event.
 * Where nothing differs it does neither. `row` may be a view that has more columns than the table.
 */
export async function merge<T extends Owned, Row extends Tables[T] & Stamp, Json extends { id: string }>(
  tx: Tx,
  { principal, now }: { principal: Principal; now: number },
  row: Row,
  wanted: Wanted<Tables[T]>,
  { table, event: name, json }: Kind<T, Row, Json>,
): Promise<Done<Json>> {
  const { changes, names } = differing<Tables[T]>(row, wanted)
  if (names.length === 0) return done(json(row))
  const restamp = restamped(principal, now, row)
  await tx.run(updateRow(table, row, { ...changes, ...restamp }))
  const changed = json({ ...row, ...changes, ...restamp })
  return done(changed, event(name, changed, names))
}
