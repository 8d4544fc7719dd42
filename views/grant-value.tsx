import type { EntitlementValue, ResetPeriod } from '../src/domain/entitlement.ts'
import { unlimited } from '../src/domain/entitlement.ts'
import { resetWords, unitOf } from './entitlement-words.ts'
import { Json } from './json.tsx'
import { grouped } from './progress.tsx'
import { Status } from './status.tsx'

/** What is said of an entitlement beside its value. */
export interface Measured {
  unitSingular: string | null
  unitPlural: string | null
  resetPeriod: ResetPeriod | null
}

const longest = 40

/** What a license grants: `5,000 calls per month`, `On`, or the JSON, which opens where it is long. */
export function GrantValue({ value, of }: { value: EntitlementValue; of: Measured }) {
  if (value.type === 'boolean')
    return <Status is={value.value ? 'good' : 'neutral'}>{value.value ? 'On' : 'Off'}</Status>
  if (value.type === 'number') return <span>{quotaText(value.value, of)}</span>
  const text = JSON.stringify(value.value)
  if (text.length <= longest) return <code>{text}</code>
  return (
    <details class="grant-config">
      <summary>
        <code>{text.slice(0, longest)}…</code>
      </summary>
      <Json value={value.value} />
    </details>
  )
}

/** `5,000 calls per month`, `Unlimited`. */
export const quotaText = (amount: number, of: Measured): string =>
  amount === unlimited
    ? 'Unlimited'
    : [grouped(amount), unitOf(amount, of), of.resetPeriod && resetWords[of.resetPeriod].hint].filter(Boolean).join(' ')
