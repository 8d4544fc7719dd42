/** How busy a restaurant is, by the hour of its own clock: lunch, dinner, and a quiet night. */
const hours = [
  ...[0.05, 0.03, 0.02, 0.02, 0.03, 0.08, 0.2, 0.45, 0.7, 0.8, 0.95, 1.5],
  ...[1.9, 1.6, 0.9, 0.7, 0.8, 1.3, 1.9, 2.0, 1.5, 0.9, 0.4, 0.15],
]

/** From Sunday on: closed on Mondays, or wishing that it were. */
const weekdays = [1.15, 0.6, 0.85, 0.9, 1, 1.25, 1.4]

/** Of an hour on average, so that what is expected of a month can be spread over its hours. */
export const usual = hours.reduce((sum, each) => sum + each) / 24

/** The hour and the day are those of the restaurant's own clock, from 0 and from Sunday on. */
export const restaurant = ({ hour, day }: LocalTime): number => (hours[hour] ?? 1) * (weekdays[day] ?? 1)

/** Whoever works on a staging system goes home in the evening. */
export const office = ({ hour, day }: LocalTime): number =>
  day === 0 || day === 6 ? 0 : hour >= 8 && hour < 18 ? 1.2 : 0.02

export interface LocalTime {
  hour: number
  day: number
}

export function localTime(at: number, hoursAhead: number): LocalTime {
  const own = new Date(at + hoursAhead * 3_600_000)
  return { hour: own.getUTCHours(), day: own.getUTCDay() }
}
