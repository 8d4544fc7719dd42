import type { FlagRecord } from '../src/domain/flag.ts'
import type { ChoiceDraft, RuleDraft } from '../src/domain/rule-draft.ts'
import { Card } from './card.tsx'
import { ChoiceFields } from './choice-fields.tsx'
import { FirstButton, ItemButtons, redraw } from './draft-form.tsx'
import { TextField, tied } from './fields.tsx'
import { addressOf, FlagLayout } from './flag-layout.tsx'
import { Decisions } from './flag-overview.tsx'
import { FlagTrial, type Tried } from './flag-trial.tsx'
import { Form } from './form.tsx'
import { useField } from './form-state.ts'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import { type checking as Checking, checking, RuleCheck } from './rule-check.tsx'
import { RuleWords } from './rule-words.tsx'

type Check = Parameters<typeof RuleCheck>[0]['check']

interface FlagTargetingProps {
  flag: FlagRecord
  rules: readonly RuleDraft[]
  otherwise: ChoiceDraft
  /** Of each rule. */
  checks: readonly Check[]
  focus?: string | undefined
  hasChanged?: boolean
  /** What they are tried with, as it was typed. */
  context: string | undefined
  tried: Tried | undefined
}

export function FlagTargeting(props: FlagTargetingProps) {
  const { flag, rules, otherwise, checks, focus, hasChanged = false, context, tried } = props
  const action = `${addressOf(flag)}/targeting`
  const variants = flag.variants.map(({ name }) => name)
  if (!useFrame().mayOpen(action, 'POST'))
    return (
      <FlagLayout flag={flag}>
        <Card title="What it serves">
          <Decisions flag={flag} />
        </Card>
      </FlagLayout>
    )
  return (
    <FlagLayout flag={flag}>
      <Form
        action={action}
        submit="Save targeting"
        cancel={addressOf(flag)}
        revision={flag.revision}
        hasChanged={hasChanged}
        class="editor"
      >
        <FirstButton />
        <p class="text-secondary">
          Rules are looked at from the top; the first that is true decides.
          {!flag.enabled && ' The flag is off, so none is looked at until it is turned on.'}
        </p>
        <RuleList {...{ rules, checks, variants, action, focus }} />
        <div class="item">
          <h2 class="item-title">{rules.length > 0 ? 'Otherwise' : 'Everybody'}</h2>
          <ChoiceFields at="defaultVariant" member="value" draft={otherwise} {...{ variants, action }} />
        </div>
        <FlagTrial {...{ action, rules, context, tried }} isOff={!flag.enabled} />
      </Form>
      <RuleWords />
    </FlagLayout>
  )
}

interface RuleListProps extends Pick<FlagTargetingProps, 'rules' | 'checks' | 'focus'> {
  variants: readonly string[]
  action: string
}

function RuleList({ rules, checks, variants, action, focus }: RuleListProps) {
  const { error } = useField('targetingRules')
  return (
    <>
      <ol class="items items-numbered" data-order="targetingRules" aria-label="Rules">
        {rules.map((rule, index) => {
          const at = `targetingRules[${index}]`
          const name = rule.name || `rule ${index + 1}`
          return (
            <li class="item" data-order-item>
              <div class="item-head">
                <span class="item-handle" data-order-handle title="Drag to move">
                  <Icon name="grip-vertical" />
                </span>
                <TextField
                  name={`${at}.name`}
                  label="Rule"
                  value={rule.name}
                  isRequired={false}
                  placeholder="What it is for"
                  autofocus={focus === `${at}.name`}
                />
                <div class="item-buttons">
                  <ItemButtons name={name} index={index} />
                </div>
              </div>
              <Condition name={`${at}.rule`} rule={rule.rule} check={checks[index]} />
              <ChoiceFields at={at} member="variant" draft={rule} {...{ variants, action }} />
            </li>
          )
        })}
      </ol>
      {error && <div class="field-error mb-3">The rules {error}</div>}
      <button type="submit" class="btn mb-3" formnovalidate name="_do" value="add" {...redraw(action)}>
        <Icon name="plus" /> Add a rule
      </button>
    </>
  )
}

interface ConditionProps {
  name: string
  rule: string
  check: Check
}

/** The expression, with what is wrong with it under it: the same for one that was just typed and one that was refused. */
function Condition({ name, rule, check }: ConditionProps) {
  const { id, error, isFocused } = useField(name)
  const attributes: typeof Checking = checking
  return (
    <div class="field">
      <label class="form-label" for={id}>
        If
      </label>
      <textarea
        {...tied({ id, hint: undefined, error: undefined })}
        aria-invalid={error !== undefined || check?.valid === false ? 'true' : undefined}
        aria-describedby={`${id}-check`}
        class={error ? 'form-control font-monospace rule is-invalid' : 'form-control font-monospace rule'}
        name={name}
        rows={2}
        spellcheck={false}
        autocomplete="off"
        autofocus={isFocused}
        {...attributes}
      >
        {rule}
      </textarea>
      <div class="rule-check" id={`${id}-check`} aria-live="polite">
        {error && !check ? <span class="field-error">The condition {error}</span> : <RuleCheck {...{ rule, check }} />}
      </div>
    </div>
  )
}
