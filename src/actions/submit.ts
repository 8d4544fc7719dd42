import type { Principal } from '../domain/principal.ts'
import type { Writer } from '../engine/writer.ts'
import { type ActionJob, type Asked, type Committed, check } from './action.ts'
import { type ActionName, actionNamed, type ValueOf } from './registry.ts'

/** An action's value, and whether it is the first answer given again for an Idempotency-Key. */
export interface Answered<Value> {
  value: Value
  replayed: boolean
}

export type Submit = <N extends ActionName>(
  name: N,
  principal: Principal,
  input: unknown,
  asked?: Asked,
) => Promise<Answered<ValueOf<N>>>

/**
 * The one door to change: checks scope and input here, on the asker's thread, stamps the time, and resolves when the
 * action is durable. Throws Problem; a fault of ours is a Fault.
 */
export const submitTo =
  (writer: Writer, clock: () => number): Submit =>
  async (name, principal, input, asked = {}) => {
    const checked = check(actionNamed(name), principal, input)
    const job: Omit<ActionJob, 'id'> = { action: name, principal, input: checked, asked, now: clock() }
    const { value, secrets, replayed } = (await writer.submit(job)) as Committed
    return { value: (secrets ? { ...(value as object), ...secrets } : value) as ValueOf<typeof name>, replayed }
  }
