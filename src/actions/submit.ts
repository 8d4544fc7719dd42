import type { Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
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
  (writer: Pick<Writer, 'submit'>, clock: () => number, disk = { isLow: false }): Submit =>
  async (name, principal, input, asked = {}) => {
    if (disk.isLow && needsRoom(name, principal)) throw full()
    const checked = check(actionNamed(name), principal, input)
    const job: ActionJob = { action: name, principal, input: checked, asked, now: clock() }
    const { value, secrets, replayed } = (await writer.submit(job)) as Committed
    return { value: (secrets ? { ...(value as object), ...secrets } : value) as ValueOf<typeof name>, replayed }
  }

/**
 * Reads leave an audit entry and go on, for which the room is kept; so does what the program itself has to do, and the
 * person at the machine, who may be here to make room.
 */
function needsRoom(name: ActionName, { kind }: Principal): boolean {
  const { demand } = actionNamed(name)
  const reads = [demand].flat().every(scope => scope.startsWith('read:'))
  return !reads && kind !== 'appliance' && kind !== 'operator'
}

const full = () =>
  new Problem('Storage.Full', 'The disk is nearly full; nothing was changed.', { headers: { 'Retry-After': '30' } })
