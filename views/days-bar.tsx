import { type DayRange, dayRanges } from '../src/domain/day-series.ts'
import { addressWith } from './address.ts'
import { useFrame } from './frame.ts'

interface DaysBarProps {
  /** What is replaced by another choice; the bar stands in it. */
  of: string
  days: DayRange
  entitlement: string | undefined
  entitlements: readonly { slug: string; name: string }[]
  /** The choice of none; undefined where one is always chosen. */
  all: string | undefined
}

const names: Record<DayRange, string> = { '7': '7 days', '30': '30 days', '90': '90 days', '365': '1 year' }

/** Which entitlement and how far back. */
export const DaysBar = ({ of, days, entitlement, entitlements, all }: DaysBarProps) => {
  const { path } = useFrame()
  const swap = { 'hx-target': of, 'hx-select': of, 'hx-swap': 'outerHTML show:none', 'hx-push-url': 'true' }
  return (
    <div class="days-bar">
      <form class="days-bar-form" action={path} hx-get={path} hx-trigger="change, submit" {...swap}>
        <input type="hidden" name="days" value={days} />
        <select class="form-select" id="days-bar-entitlement" name="entitlement" aria-label="Entitlement">
          {all && <option value="">{all}</option>}
          {entitlements.map(({ slug, name }) => (
            <option value={slug} selected={slug === entitlement}>
              {name}
            </option>
          ))}
        </select>
        <button type="submit" class="btn" data-needless>
          Show
        </button>
      </form>
      <nav class="btn-group" aria-label="Range">
        {dayRanges.map(range => {
          const to = addressWith(path, { entitlement, days: range })
          return (
            <a
              id={`days-${range}`}
              class={range === days ? 'btn active' : 'btn'}
              href={to}
              hx-get={to}
              aria-current={range === days ? 'true' : undefined}
              {...swap}
            >
              {names[range]}
            </a>
          )
        })}
      </nav>
    </div>
  )
}
