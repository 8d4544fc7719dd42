import type { z } from 'zod'
import type { RuleLint } from '../src/domain/flag-trace.ts'
import { plainly } from '../src/domain/rule-words.ts'
import { Card } from './card.tsx'
import { above } from './flag-layout.tsx'
import { Form } from './form.tsx'
import { Icon } from './icon.tsx'
import { Layout } from './layout.tsx'
import { RuleWords } from './rule-words.tsx'

type Check = z.infer<typeof RuleLint>
type Issue = Check['issues'][number]

interface CheckProps {
  rule: string
  /** Undefined for a rule that is empty. */
  check: Check | undefined
}

/** Whether a rule is one: what it reads, or what is wrong with it and where. */
export const RuleCheck = ({ rule, check }: CheckProps) => {
  if (!check) return <span class="text-secondary">For example: {example}</span>
  if (!check.valid)
    return (
      <>
        {check.issues.map(issue => (
          <RuleIssue rule={rule} issue={issue} />
        ))}
      </>
    )
  return (
    <span class="rule-fine">
      <Icon name="circle-check" />
      <span>
        {check.variables.length > 0 && 'Reads '}
        {check.variables.map((name, index) => (
          <>
            {index > 0 && ', '}
            <code>{name}</code>
          </>
        ))}
        {check.variables.length === 0 && (rule.includes('__kaiten') ? readsFacts : 'Reads nothing of the context')}
      </span>
    </span>
  )
}

const readsFacts = 'Reads facts of the instance alone'
const example = <code>{'plan == "pro" && country in ["JP", "DE"]'}</code>

/** The line with the place marked, also by carets under it. */
export function RuleIssue({ rule, issue }: { rule: string; issue: Issue }) {
  const { before, marked, after } = excerptOf(rule, issue)
  const carets = ' '.repeat(before.length) + '^'.repeat(Math.max(1, marked.length))
  return (
    <div class="rule-issue">
      <div>
        <Icon name="circle-x" />
        <span>
          {plainly(issue.message)}{' '}
          <span class="text-nowrap">
            (line {issue.line}, column {issue.column})
          </span>
        </span>
      </div>
      <pre tabindex={0}>
        {before}
        <mark>{marked}</mark>
        {after}
        {`\n${carets}`}
      </pre>
    </div>
  )
}

/** How much of a long line stands before and behind the place. */
const around = 32

export function excerptOf(rule: string, { line, column, endLine, endColumn }: Issue) {
  // A tab would put the carets elsewhere.
  const text = (rule.split('\n')[line - 1] ?? '').replaceAll('\t', ' ')
  const start = column - 1
  const end = Math.min(endLine === line ? Math.max(endColumn - 1, start) : text.length, start + 2 * around)
  const isCut = start > around
  return {
    before: isCut ? `…${text.slice(start - around + 1, start)}` : text.slice(0, start),
    marked: text.slice(start, end),
    after: text.length > end + around ? `${text.slice(end, end + around - 1)}…` : text.slice(end),
  }
}

const action = '/feature-flags/lint'

/** What checks a rule while it is typed: the answer is put into the next `.rule-check`. */
export const checking = {
  'data-rule': 'true',
  'hx-post': action,
  'hx-trigger': 'input changed delay:300ms',
  'hx-target': 'next .rule-check',
  'hx-swap': 'innerHTML ignoreTitle:true',
  'hx-sync': 'this:replace',
}

/** The same as a page, for trying words out. */
export const CheckRule = ({ rule = '', check }: Partial<CheckProps>) => (
  <Layout title="Check a rule" above={above} isNarrow>
    <Card>
      <Form action={action}>
        <div class="field">
          <label class="form-label" for="rule">
            Rule
          </label>
          <textarea
            id="rule"
            class="form-control font-monospace"
            name="rule"
            rows={4}
            spellcheck={false}
            autofocus
            {...checking}
          >
            {rule}
          </textarea>
          <div class="rule-check" aria-live="polite">
            <RuleCheck {...{ rule, check }} />
          </div>
        </div>
        <div class="form-buttons">
          <button type="submit" class="btn btn-primary">
            Check
          </button>
        </div>
      </Form>
    </Card>
    <RuleWords />
  </Layout>
)
