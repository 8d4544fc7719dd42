import { Nothing } from '../domain/input.ts'
import { forgettable } from '../domain/remembrance.ts'
import { forgetIdempotencyKeys, forgetTransactions } from '../store/remembered.ts'
import { action } from './action.ts'

/** A slice, so that no commit waits for a long deletion. */
const perRun = 200

/** Forgets what no longer has to be remembered, of all organizations. The value is whether more is waiting. */
export const forget = action('write:*', Nothing, async (tx, { now }) => {
  const ages = forgettable(now)
  const transactions = await tx.run(forgetTransactions(ages, perRun))
  const keys = await tx.run(forgetIdempotencyKeys(ages, perRun))
  return { value: transactions === perRun || keys === perRun, events: [] }
})
