import type { FlagRecord } from '../src/domain/flag.ts'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { JsonField, TextField } from './fields.tsx'
import { addressOf, FlagLayout } from './flag-layout.tsx'
import { TriedFacts, TriedRules, type Verdict, VerdictValue } from './flag-verdict.tsx'
import { Form } from './form.tsx'
import { Json } from './json.tsx'

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
        {verdict ? <Outcome verdict={verdict} /> : <Nothing flag={flag} />}
      </div>
    </FlagLayout>
  )
}

export const exampleContext = JSON.stringify({ targetingKey: 'user-1' }, undefined, 2)

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

const Outcome = ({ verdict }: { verdict: Verdict }) => (
  <div class="content">
    <Card title="What it comes to">
      <VerdictValue verdict={verdict} />
    </Card>
    <Card title="Every rule">
      <TriedRules verdict={verdict} />
    </Card>
    <Card title="What it was evaluated with">
      <div class="mb-3">
        <Json value={verdict.context} label="Context" />
      </div>
      <TriedFacts verdict={verdict} />
    </Card>
  </div>
)
