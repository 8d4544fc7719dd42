import { z } from 'zod'

/** What the data directory remembers of the programs that ran on it (`kaiten.state`): small, and no part of the data. */
export const RunState = z.object({
  /** Set while a program holds the directory: what finds it set afterwards knows that one before did not end cleanly. */
  running: z.boolean(),
  /** Epoch milliseconds, as all below. */
  startedAt: z.int(),
  /** The last ten starts that found `running` set. */
  uncleanStops: z.array(z.int()).max(10),
  /** The database was not looked through since the last of them. */
  unchecked: z.boolean(),
  /** What the last check found, until one finds nothing. */
  damage: z.object({ at: z.int(), found: z.array(z.string()) }).optional(),
})
export type RunState = z.infer<typeof RunState>

/** The state as a start leaves it. `logLeft` tells an unclean stop where nothing is remembered yet. */
export function begun(before: RunState | undefined, { now, logLeft }: { now: number; logLeft: boolean }): RunState {
  const isUnclean = before ? before.running : logLeft
  return {
    running: true,
    startedAt: now,
    uncleanStops: [...(before?.uncleanStops ?? []), ...(isUnclean ? [now] : [])].slice(-10),
    unchecked: isUnclean || before?.unchecked === true,
    ...(before?.damage && { damage: before.damage }),
  }
}

/** The state after the database was looked through; no sentence is good. */
export function checked({ damage: _, ...state }: RunState, found: readonly string[], now: number): RunState {
  return { ...state, unchecked: false, ...(found.length > 0 && { damage: { at: now, found: [...found] } }) }
}
