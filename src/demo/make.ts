import { Calendar, wholePast } from './calendar.ts'
import { liveThrough } from './month.ts'
import { owner } from './people.ts'
import { openReceiver } from './receiver.ts'
import { type DemoHouse, Stage } from './stage.ts'

export interface Wanted {
  /** The same seed makes the same company, up to ids and secrets. */
  seed: number
  /** Epoch milliseconds: the present, up to which it has lived. */
  end: number
  /** Whole days before today. */
  days?: number
  password: string
  /** Opens the house with a clock of its own, and webhooks that may call loopback over http. */
  open: (clock: () => number) => Promise<DemoHouse & { close: () => Promise<void> }>
  told?: (hours: { done: number; total: number }) => void
}

/** The organization's name, for whoever opens the house. */
export const company = 'Umami Software'

/** Makes the company and lets it live up to the present. Gives what its owner signs in with, and where its receiver was. */
export async function makeDemo({ seed, end, days = wholePast, password, open, told = () => undefined }: Wanted) {
  const calendar = new Calendar(end, days)
  const receiver = await openReceiver(calendar.now, calendar)
  const house = await open(calendar.now)
  try {
    await liveThrough(new Stage(house, { calendar, seed, password, receiver: receiver.url }), told)
  } finally {
    await house.close()
    await receiver.stop()
  }
  return { email: owner.email, receiverPort: receiver.port }
}
