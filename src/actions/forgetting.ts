import { Nothing } from '../domain/input.ts'
import { forgettable } from '../domain/remembrance.ts'
import { forgetIdempotencyKeys, forgetLinks, forgetSessions, forgetTransactions } from '../store/remembered.ts'
import { action } from './action.ts'

/** A slice, so that no commit waits for a long deletion. */
const perRun = 200

/** Forgets what no longer has to be remembered, of all organizations. The value is whether more is waiting. */
export const forget = action('write:*', Nothing, async (tx, { now }) => {
  const ages = forgettable(now)
  let more = false
  for (const forget of [forgetTransactions, forgetIdempotencyKeys, forgetSessions, forgetLinks])
    if ((await tx.run(forget(ages, perRun))) === perRun) more = true
  return { value: more, events: [] }
})
