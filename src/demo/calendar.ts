export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** How long the demo's past is: five weeks have 25 working days, wherever they begin. */
export const wholePast = 35
/** A few of them have whatever a demo has of each kind, if less of it. */
export const leastPast = 4

/** The days of the demo: from a midnight UTC some weeks ago up to the present, and the clock that goes through them. */
export class Calendar {
  readonly start: number
  readonly end: number
  private moment: number
  private readonly workdays: readonly number[]

  constructor(end: number, days = wholePast) {
    this.end = end
    this.start = end - (end % DAY) - days * DAY
    this.moment = this.start
    const starts = Array.from({ length: days + 1 }, (_, day) => this.start + day * DAY)
    this.workdays = starts.filter(at => !isWeekend(at))
  }

  /** What the house takes for the present. */
  now = (): number => this.moment

  /** Never back: what comes late comes now. */
  passTo(moment: number): void {
    this.moment = Math.max(this.moment, Math.min(Math.floor(moment), this.end))
  }

  /** The hour of a working day, counted from 0; undefined where the past has no such day. */
  workday = (day: number, hour: number): number | undefined => {
    const start = this.workdays[day]
    return start === undefined ? undefined : start + hour * HOUR
  }
}

const isWeekend = (at: number): boolean => [0, 6].includes(new Date(at).getUTCDay())
