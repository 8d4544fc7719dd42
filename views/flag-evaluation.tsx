import type { z } from 'zod'
import type { FlagRecord } from '../src/domain/flag.ts'
import type { FlagTrace } from '../src/domain/flag-trace.ts'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { JsonField, TextField } from './fields.tsx'
import { addressOf, FlagLayout } from './flag-layout.tsx'
import { Form } from './form.tsx'
import { Json } from './json.tsx'
import { Notice } from './notice.tsx'
import { type Meaning, Status } from './status.tsx'

type Verdict = z.infer<typeof FlagTrace>

interface FlagEvaluationProps {
  flag: FlagRecord
  /** Some that can be chosen; any other can be typed. */
  instances: readonly { slug: string; name: string }[]
  typed?: { instance: string; context: string }
  verdict?: Verdict
}

export function FlagEvaluation({ flag, instances, typed, verdict }: FlagEvaluationProps) {
  const action = `${addressOf(flag)}/evaluation`
  return (
    <FlagLayout flag={flag}>
      <div class="trial">
        <Card title="Try it">
          <Form action={action}>
            <TextField
              name="instanceSlug"
              label="Instance"
              value={typed?.instance}
              isCode
              hint="Its slug: rules then know its customer, license and entitlements."
              suggestions={instances.map(({ slug, name }) => ({ value: slug, label: name }))}
            />
            <JsonField
              name="context"
              label="Context"
              lines={7}
              text={typed?.context ?? exampleContext}
              hint="What your app would send. Laid over what the instance brings."
            />
            <button type="submit" class="btn btn-primary">
              Evaluate
            </button>
          </Form>
        </Card>
        {verdict ? <Outcome flag={flag} verdict={verdict} /> : <Nothing flag={flag} />}
      </div>
    </FlagLayout>
  )
}

const exampleContext = JSON.stringify({ targetingKey: 'user-1' }, undefined, 2)

const Nothing = ({ flag }: { flag: FlagRecord }) => (
  <Card title="What it comes to">
    <p class="text-secondary mb-0">
      Nothing is evaluated yet. You get the value, and for every rule whether it was true and why. Trying changes
      nothing and is not in the audit trail.
    </p>
    <Curl
      title="The same with the API"
      method="POST"
      path={`/api/feature-flags/${flag.slug}/test`}
      body={{ context: { targetingKey: 'user-1' } }}
    />
  </Card>
)

const why: Record<Verdict['reason'], string> = {
  STATIC: 'The flag has no rules, so everybody gets the default.',
  TARGETING_MATCH: 'The first rule that is true decides.',
  SPLIT: 'A percentage decides, by the bucket of the key.',
  DEFAULT: 'No rule is true, so the default decides.',
  DISABLED: 'The flag is off: no rule is looked at.',
  ERROR: 'It could not be resolved; the app falls back to the value in its code.',
}

function Outcome({ flag, verdict }: { flag: FlagRecord; verdict: Verdict }) {
  const { value, variant, reason, rule, bucket, bucketKey, errorDetails, context, facts } = verdict
  return (
    <div class="content">
      <Card title="What it comes to">
        {reason === 'ERROR' && (
          <Notice kind="warning" title={verdict.errorCode ?? 'It could not be resolved'}>
            {errorDetails}
          </Notice>
        )}
        {reason !== 'ERROR' && <Json value={value} label="Value" />}
        <Definitions
          of={[
            ['Variant', variant === null ? null : <code>{variant}</code>],
            ['Reason', <code key="reason">{reason}</code>],
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
      </Card>
      <Card title="Every rule">
        {flag.targetingRules.length === 0 ? (
          <p class="text-secondary mb-0">The flag has no rules.</p>
        ) : (
          <TriedRules verdict={verdict} />
        )}
      </Card>
      <Card title="What it was evaluated with">
        <Json value={context} label="Context" />
        <details class="mt-3">
          <summary>{facts ? 'Facts of the instance, __kaiten' : 'No facts: the context names no instance'}</summary>
          {facts && <Json value={facts} label="Facts" />}
        </details>
      </Card>
    </div>
  )
}

function TriedRules({ verdict: { rules, reason } }: { verdict: Verdict }) {
  const decided = reason === 'DISABLED' ? -1 : rules.findIndex(({ result }) => result === true)
  return (
    <ol class="decisions">
      {rules.map(({ name, rule, result, error }, index) => {
        const isIdle = reason === 'DISABLED' || (decided >= 0 && index > decided)
        return (
          <li key={name} class={index === decided ? 'decisions-match' : undefined}>
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
