import type { Finding } from '../src/domain/problem.ts'
import { JsonField } from './fields.tsx'
import { exampleContext } from './flag-evaluation.tsx'
import { TriedFacts, TriedRules, type Verdict, VerdictValue } from './flag-verdict.tsx'
import { Icon } from './icon.tsx'
import { Notice } from './notice.tsx'
import { RuleIssue } from './rule-check.tsx'

/** What rules that are not saved would answer, or why that cannot be told yet. */
export type Tried = { verdict: Verdict } | { findings: readonly Finding[] }

interface FlagTrialProps {
  /** Where the form around it is sent. */
  action: string
  /** As they stand in the form. */
  rules: readonly { name: string; rule: string }[]
  isOff: boolean
  context: string | undefined
  tried: Tried | undefined
}

/**
 * Tries what a form holds and saves nothing. Its button sends the form as it stands; once it was tried, each change of
 * the form tries it again.
 */
export const FlagTrial = ({ action, rules, isOff, context, tried }: FlagTrialProps) => (
  <details id="trial" class="item rule-trial" open={tried !== undefined} data-passing>
    <summary>Try it before you save</summary>
    <div class="trial">
      <div>
        <JsonField
          name="context"
          label="Context"
          lines={5}
          text={context ?? exampleContext}
          hint={
            <>
              What your app would send. Where <code>tenantSlug</code> or <code>targetingKey</code> is an instance, rules
              know its customer, license and entitlements.
            </>
          }
        />
        <button
          type="submit"
          class="btn mb-3"
          formnovalidate
          formaction={`${action}#trial`}
          name="_do"
          value="try"
          {...tries(action)}
        >
          <Icon name="player-play" /> Try these rules
        </button>
      </div>
      <div aria-live="polite">
        <div
          id="outcome"
          class="content"
          {...(tried && { ...tries(action), 'hx-vals': '{"_do":"try"}', 'hx-trigger': whenChanged })}
        >
          {tried && <input type="hidden" name="_tried" value="true" />}
          <Outcome {...{ rules, isOff, tried }} />
        </div>
      </div>
    </div>
  </details>
)

const tries = (action: string) => ({
  'hx-post': action,
  'hx-target': '#outcome',
  'hx-select': '#outcome',
  'hx-swap': 'outerHTML ignoreTitle:true',
  'hx-sync': '#outcome:replace',
})

const whenChanged = ['input', 'change'].map(event => `${event} from:'closest form' delay:400ms`).join(', ')

function Outcome({ rules, isOff, tried }: Pick<FlagTrialProps, 'rules' | 'isOff' | 'tried'>) {
  if (!tried)
    return (
      <p class="text-secondary">
        You see the value that the rules above would give, and for each of them whether it was true. Nothing is saved.
      </p>
    )
  if ('findings' in tried) return <Findings rules={rules} findings={tried.findings} />
  return (
    <>
      <div>
        <VerdictValue verdict={tried.verdict} />
        {isOff && <p class="text-secondary mb-0">The flag is off; this is what it would answer if it were on.</p>}
      </div>
      <TriedRules verdict={tried.verdict} />
      <TriedFacts verdict={tried.verdict} />
    </>
  )
}

const Findings = ({ rules, findings }: { rules: FlagTrialProps['rules']; findings: readonly Finding[] }) => (
  <div>
    <Notice kind="warning" title="It cannot be tried like this" />
    <dl class="trial-findings">
      {findings.map(finding => {
        const { index, name, member } = placeOf(finding.location, rules)
        const { line, column, endLine = line, endColumn = column } = finding
        const issue = line && column && endLine && endColumn && { ...finding, line, column, endLine, endColumn }
        return (
          <div>
            <dt>{name}</dt>
            <dd>
              {issue ? (
                <RuleIssue rule={rules[index]?.rule ?? ''} issue={issue} />
              ) : (
                <span class="field-error">{`${member} ${finding.message}`.trim()}</span>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  </div>
)

/** `body.draft.targetingRules[1].start.date` → the second rule's name and `start date` */
function placeOf(location: string, rules: FlagTrialProps['rules']) {
  const [, at = '', rest = ''] = location.match(/^body\.(?:draft\.)?([^.]+)\.?(.*)$/) ?? []
  const number = at.match(/^targetingRules\[(\d+)\]$/)?.[1]
  const index = number === undefined ? -1 : Number(number)
  const named = { context: 'Context', defaultVariant: rules.length > 0 ? 'Otherwise' : 'Everybody' }[at] ?? 'Rules'
  const member = rest.replace('value.rolloutPercentage.', '').replaceAll('.', ' ')
  return { index, name: index < 0 ? named : rules[index]?.name || `Rule ${index + 1}`, member }
}
