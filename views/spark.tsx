import { grouped } from './progress.tsx'

const [width, height, margin] = [120, 28, 2]

interface SparkProps {
  /** What it is of: "API calls" */
  label: string
  /** How many places along. */
  places: number
  points: readonly { at: number; value: number }[]
}

/** A curve no larger than a word: which way something goes. The exact numbers are elsewhere on the page. */
export const Spark = ({ label, places, points }: SparkProps) => {
  const [first] = points
  const last = points.at(-1)
  if (!first || !last) return <span class="text-secondary">no reports</span>
  const top = Math.max(...points.map(({ value }) => value), 0)
  const bottom = Math.min(...points.map(({ value }) => value), 0)
  const x = (at: number) => round(margin + (at / Math.max(places - 1, 1)) * (width - 2 * margin))
  const y = (value: number) => round(height - margin - ((value - bottom) / (top - bottom || 1)) * (height - 2 * margin))
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${label}: from ${grouped(first.value)} to ${grouped(last.value)} in ${places} days, at most ${grouped(top)}`}
    >
      <polyline points={points.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ')} />
      <circle cx={x(last.at)} cy={y(last.value)} r="2.5" />
    </svg>
  )
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10
