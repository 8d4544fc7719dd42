import type { Call } from './apps.ts'
import { HOUR } from './calendar.ts'
import { deliverDue, passTo } from './deliveries.ts'
import { flagScenes } from './flags.ts'
import { integrationScenes } from './integrations.ts'
import { operationsScenes } from './operations.ts'
import { peopleScenes } from './people.ts'
import { salesScenes } from './sales.ts'
import type { Scene, Stage } from './stage.ts'

/** How often the clock does its work: some of it writes each time, and eight times a day are enough. */
const clockworkEvery = 3 * HOUR

/** So many calls of apps are on their way at once: they share a commit, and what they set off is sent behind them. */
const mostAtOnce = 64

/**
 * Lives through the demo's past, hour by hour: what people do in scenes, what apps report and ask, what the clock brings,
 * and what is sent because of it. Everything goes through the doors of the house, so all of it is as if it had happened.
 */
export async function liveThrough(stage: Stage, told: (hours: { done: number; total: number }) => void): Promise<void> {
  const { house, calendar } = stage
  const scenes = [peopleScenes, salesScenes, integrationScenes, operationsScenes, flagScenes].flatMap(of => of(stage))
  house.deliveries.start()
  const total = (calendar.end - calendar.start) / HOUR
  for (let hour = calendar.start; hour < calendar.end; hour += HOUR) {
    told({ done: (hour - calendar.start) / HOUR, total })
    await liveThroughHour(stage, hour, scenes)
    await passTo(stage, hour + HOUR)
    if ((hour + HOUR) % clockworkEvery !== 0 && hour + HOUR < calendar.end) continue
    await house.clockwork.everyMinute()
    await house.clockwork.everySecond()
    await deliverDue(stage)
  }
}

async function liveThroughHour(stage: Stage, start: number, scenes: readonly Scene[]): Promise<void> {
  const isNow = ({ at }: { at: number | undefined }) =>
    at !== undefined && at >= start && at < Math.min(start + HOUR, stage.calendar.end)
  const calls = stage.apps.flatMap(app => [...app.hour(start)])
  const moments = [...scenes, ...calls].filter(isNow).sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  let waiting: Call[] = []
  for (const moment of moments) {
    if (!('play' in moment)) waiting.push(moment)
    if ('play' in moment || waiting.length === mostAtOnce) {
      await make(stage, waiting)
      waiting = []
    }
    if (!('play' in moment)) continue
    await passTo(stage, moment.at ?? 0)
    await moment.play()
    await deliverDue(stage)
  }
  await make(stage, waiting)
}

/** Each call is stamped with its own moment, and none waits for the answer of another. */
async function make(stage: Stage, wanted: readonly Call[]): Promise<void> {
  // Some have left since the hour began.
  const calls = wanted.filter(({ app }) => stage.apps.includes(app))
  if (calls[0] === undefined) return
  await passTo(stage, calls[0].at)
  const { house, calendar } = stage
  await Promise.all(
    calls.map(async call => {
      const { app, name, entitlement, input, at } = call
      calendar.passTo(at)
      const place = { instance: app.slug, ...(entitlement !== undefined && { entitlement }) }
      const principal = stage.principal(app.reporter)
      const { value } = await house.submit(name, principal, input, { ...stage.asked(), at: place })
      if ('refused' in value) app.refused(call)
      else if (name === 'usage.report') app.accepted(call)
    }),
  )
  await deliverDue(stage)
}
