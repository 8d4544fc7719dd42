/**
 * Days on an axis: a range of days in steps of a day or a week, and what was counted in each. Days are those of
 * UTC, counted from 1970; weeks begin on Monday.
 */

/** How far back charts can look. Longer than a quarter is shown in weeks: a year of days is nothing to look at. */
export const dayRanges = ['7', '30', '90', '365'] as const
export type DayRange = (typeof dayRanges)[number]

export interface DaySteps {
  /** The first and the last day. */
  from: number
  to: number
  step: 'day' | 'week'
  /** Days in a step. */
  size: number
  /** The day on which each step begins. */
  starts: readonly number[]
}

const longestInDays = 100

/** The range that ends today. In weeks it begins with a whole one. */
export function daySteps(range: DayRange, today: number): DaySteps {
  const days = Number(range)
  const isWeekly = days > longestInDays
  const from = isWeekly ? mondayOf(today - days + 1) : today - days + 1
  const size = isWeekly ? 7 : 1
  const starts = Array.from({ length: Math.ceil((today - from + 1) / size) }, (_, index) => from + index * size)
  return { from, to: today, step: isWeekly ? 'week' : 'day', size, starts }
}

/** For each step the row of its first day; undefined where nothing was counted. */
export function inSteps<Row extends { day: number }>({ starts }: DaySteps, rows: readonly Row[]): (Row | undefined)[] {
  const byDay = new Map(rows.map(row => [row.day, row]))
  return starts.map(start => byDay.get(start))
}

/** 2026-03-15 */
export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

/** The Monday on or before a day: 1 January 1970 was a Thursday. */
const mondayOf = (day: number): number => day - ((((day + 3) % 7) + 7) % 7)
