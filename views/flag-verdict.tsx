import type { z } from 'zod'
import type { FlagTrace } from '../src/domain/flag-trace.ts'
import { Definitions } from './definitions.tsx'
import { Json } from './json.tsx'
import { Notice } from './notice.tsx'
import { type Meaning, Status } from './status.tsx'

export type Verdict = z.infer<typeof FlagTrace>

const why: Record<Verdict['reason'], string> = {
  STATIC: 'The flag has no rules, so everybody gets the default.',
  TARGETING_MATCH: 'The first rule that is true decides.',
  SPLIT: 'A percentage decides, by the bucket of the key.',
  DEFAULT: 'No rule is true, so the default decides.',
  DISABLED: 'The flag is off: no rule is looked at.',
  ERROR: 'It could not be resolved; the app falls back to the value in its code.',
}

/** What a flag came to. */
export function VerdictValue({ verdict }: { verdict: Verdict }) {
  const { value, variant, reason, rule, bucket, bucketKey, errorDetails } = verdict
  return (
    <>
      {reason === 'ERROR' ? (
        <Notice kind="warning" title={verdict.errorCode ?? 'It could not be resolved'}>
          {errorDetails}
        </Notice>
      ) : (
        <Json value={value} label="Value" />
      )}
      <Definitions
        of={[
          ['Variant', variant === null ? null : <code>{variant}</code>],
          ['Reason', <code>{reason}</code>],
          ['Decided by', rule ?? (reason === 'DISABLED' ? 'the flag being off' : 'the default')],
          [
            'Bucket',
            bucket === null
              ? 'none: no targetingKey or tenantSlug'
              : `${(bucket / 1000).toFixed(3)} % (of ${bucketKey})`,
          ],
        ]}
      />
      <p class="text-secondary mt-3 mb-0">{why[reason]}</p>
    </>
  )
}

/** What each rule said, and which one decided. */
export function TriedRules({ verdict: { rules, reason } }: { verdict: Verdict }) {
  if (rules.length === 0) return <p class="text-secondary mb-0">The flag has no rules.</p>
  const decided = reason === 'DISABLED' ? -1 : rules.findIndex(({ result }) => result === true)
  return (
    <ol class="decisions">
      {rules.map(({ name, rule, result, error }, index) => {
        const isIdle = reason === 'DISABLED' || (decided >= 0 && index > decided)
        return (
          <li class={index === decided ? 'decisions-match' : undefined}>
            <div class="decisions-head">
              <strong>{name}</strong>
              <Status is={meaningOf(result)}>{result === null ? 'failed' : String(result)}</Status>
              {index === decided && <span>decides</span>}
              {isIdle && <span class="text-secondary">not looked at</span>}
            </div>
            <code class="value">{rule}</code>
            {error && <div class="field-error">{error}. A rule that fails is passed over.</div>}
          </li>
        )
      })}
    </ol>
  )
}

const meaningOf = (result: boolean | null): Meaning => (result === null ? 'bad' : result ? 'good' : 'neutral')

/** What rules could read of the instance that the context names. */
export const TriedFacts = ({ verdict: { facts } }: { verdict: Verdict }) =>
  facts ? (
    <details>
      <summary>Facts of the instance, __kaiten</summary>
      <Json value={facts} label="Facts" />
    </details>
  ) : (
    <p class="text-secondary mb-0">The context names no instance, so there are no facts of one.</p>
  )
