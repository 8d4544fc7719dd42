import type { EventName } from './event.ts'
import { compareUse, type Judgement, type Line, type Lines, linesOf, type Meter, type Quota } from './usage.ts'

/**
 * Which threshold events a window has sent and not re-armed: a set of bits, 1 WARNING, 2 REACHED, 4 CAP_EXCEEDED, as
 * the meter's row keeps it. A new window starts with none. Source of this file: metering.md, "Threshold events".
 */
export type Latches = number

export type ThresholdEvent = Extract<
  EventName,
  | 'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED'
  | 'INSTANCE_ENTITLEMENT_USAGE_REACHED'
  | 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED'
>

export interface Crossing {
  readonly latches: Latches
  /** In the order in which a rising value passes their lines. */
  readonly events: readonly ThresholdEvent[]
}

export const noLatches: Latches = 0

interface Kind {
  readonly latch: Latches
  readonly event: ThresholdEvent
  readonly line: keyof Pick<Lines, 'warning' | 'reached'>
  /** On the line counts as over it for all but the cap. */
  readonly least: 0 | 1
}

const warning: Kind = {
  latch: 1,
  event: 'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED',
  line: 'warning',
  least: 0,
}
const reached: Kind = {
  latch: 2,
  event: 'INSTANCE_ENTITLEMENT_USAGE_REACHED',
  line: 'reached',
  least: 0,
}
const capExceeded: Kind = { ...reached, latch: 4, event: 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED', least: 1 }

const kinds = [warning, reached, capExceeded]

/**
 * What a judged report sends, and the latches it leaves. An accepted result over a line sends and sets; one that takes
 * the value from over a line to below it clears. A refusal for the limit counts as REACHED wherever the value stands;
 * a later report that never was over the line does not clear it, else an app near its limit would send an event for each
 * refusal. Not for late reports: they send nothing and leave the latches of every window alone.
 */
export function crossings(latches: Latches, before: Meter, judgement: Judgement, quota: Quota): Crossing {
  if (judgement.accepted) return crossingsOfAccepted(latches, before, judgement.after, quota)
  const sends = judgement.reason === 'ThresholdExceeded' && (latches & reached.latch) === 0
  return sends ? { latches: latches | reached.latch, events: [reached.event] } : { latches, events: noEvents }
}

/**
 * The latches that a report finds where the quota is another than the one its window was last judged by, through an edit
 * of the grant or of the warning percent or another license on the instance: those are cleared whose line was raised and
 * has the value below it now. Never sends: the report does.
 */
export function rearmed(latches: Latches, meter: Meter, from: Quota, to: Quota): Latches {
  if (latches === noLatches) return noLatches
  return kinds.reduce((left, kind) => (isRearmed(kind, meter, from, to) ? left & ~kind.latch : left), latches)
}

const noEvents: readonly ThresholdEvent[] = []

function crossingsOfAccepted(latches: Latches, before: Meter, after: Meter, quota: Quota): Crossing {
  let left = latches
  let events = noEvents
  for (const kind of kinds) {
    if (!isOver(kind, after, quota)) {
      if ((left & kind.latch) !== 0 && isOver(kind, before, quota)) left &= ~kind.latch
    } else if ((left & kind.latch) === 0) {
      left |= kind.latch
      events = [...events, kind.event]
    }
  }
  return { latches: left, events }
}

function isOver(kind: Kind, meter: Meter, quota: Quota): boolean {
  const line = lineOf(kind, quota)
  return line !== undefined && compareUse(meter, line, quota.method) >= kind.least
}

function isRearmed(kind: Kind, meter: Meter, from: Quota, to: Quota): boolean {
  const [lineBefore, line] = [lineOf(kind, from), lineOf(kind, to)]
  // No line, for the threshold is unlimited: raised beyond any value. For the warning is off: nothing was raised.
  if (line === undefined) return to.threshold === null
  const isRaised = lineBefore === undefined ? from.threshold !== null : line > lineBefore
  return isRaised && !isOver(kind, meter, to)
}

function lineOf(kind: Kind, quota: Quota): Line | undefined {
  return linesOf(quota)?.[kind.line]
}
