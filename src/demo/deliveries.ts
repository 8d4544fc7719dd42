import { setTimeout as wait } from 'node:timers/promises'
import { dueAttempts, nextDue } from '../store/webhook-deliveries.ts'
import { webhooksAfter } from '../store/webhooks.ts'
import type { Stage } from './stage.ts'

/** Endpoints that keep failing are given pauses of a second between attempts. */
const pause = 1000

/** Lets the courier send what is due at the present of the demo, until nothing is. */
export async function deliverDue({ house, calendar }: Stage): Promise<void> {
  for (;;) {
    house.courier.everySecond()
    if (house.deliveries.sending.size > 0) await wait(1)
    else if (!listening(house).some(endpoint => isDue(endpoint))) return
    else if (calendar.now() >= calendar.end) return
    else calendar.passTo(calendar.now() + pause)
  }

  function isDue(endpoint: string): boolean {
    return house.read.all(dueAttempts, { endpoint, now: calendar.now(), limit: 1 }).length > 0
  }
}

/** Lets time pass, with the retries that fall due on the way, each at its time. */
export async function passTo(stage: Stage, moment: number): Promise<void> {
  const { house, calendar } = stage
  for (;;) {
    const next = Math.min(
      ...listening(house).map(endpoint => house.read.find(nextDue, { endpoint })?.dueAt ?? Infinity),
    )
    if (next > Math.min(moment, calendar.end)) break
    calendar.passTo(next)
    await deliverDue(stage)
    if (calendar.now() >= calendar.end) break
  }
  calendar.passTo(moment)
}

const listening = ({ read }: Stage['house']): string[] =>
  read.all(webhooksAfter, { after: '', limit: 100 }).flatMap(({ id, enabled }) => (enabled ? [id] : []))
