import { CheckRule, RuleCheck } from '../../views/rule-check.tsx'
import { lintRule } from '../domain/flag-trace.ts'
import { textIn } from '../domain/form-list.ts'
import { form, type Page } from './page.ts'

/** Checks a rule: for the fields in which rules are typed, and as a page of its own. Nothing is changed by it. */
export const ruleCheck = (): Page[] =>
  form('/feature-flags/lint', {
    demand: 'read:feature_flags',
    show: () => <CheckRule />,
    submit: async ({ fields, request }) => {
      const rule = textIn(fields, 'rule') ?? ''
      const check = rule.trim() === '' ? undefined : lintRule(rule)
      return request.headers['hx-request'] ? <RuleCheck {...{ rule, check }} /> : <CheckRule {...{ rule, check }} />
    },
  })
