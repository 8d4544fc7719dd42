interface ProgressProps {
  /** What it is of: "API calls of Acme Prod" */
  label: string
  value: number
  /** Null: without a limit. */
  maximum: number | null
  /** Percent from which it warns; 0 never does. */
  warningPercent?: number
}

/** Use against a limit: a bar, and the same in words. */
export const Progress = ({ label, value, maximum, warningPercent = 80 }: ProgressProps) => {
  if (maximum === null) return <span class="progress-words">{grouped(value)} of unlimited</span>
  const percent = maximum > 0 ? (value / maximum) * 100 : value > 0 ? 100 : 0
  const state = percent >= 100 ? 'full' : warningPercent > 0 && percent >= warningPercent ? 'warning' : 'fine'
  return (
    <div class="progress-bar-words">
      <progress class={`bar bar-${state}`} value={Math.min(percent, 100)} max={100} aria-label={label} />
      <span class="progress-words">
        {grouped(value)} of {grouped(maximum)} <span class="text-secondary">({Math.floor(percent)} %)</span>
      </span>
    </div>
  )
}

/** 12345.5 → 12,345.5 */
export const grouped = (value: number): string =>
  value < 1000 && value >= 0 && Number.isInteger(value)
    ? String(value)
    : (Math.abs(value) < 10 ? small : large).format(value)

/**
 * Kept: toLocaleString with options makes one at each call, 79 µs instead of one. And a page has hundreds of numbers, of
 * which most have nothing to group.
 */
const small = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 })
const large = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })
