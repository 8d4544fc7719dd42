import type { BasicMember, ChoiceDraft } from '../src/domain/rule-draft.ts'
import { sumWords } from '../src/domain/share-words.ts'
import { SelectField } from './choices.tsx'
import { redraw } from './draft-form.tsx'
import { MomentField, NumberField } from './fields.tsx'
import { useField } from './form-state.ts'

interface ChoiceProps {
  /** `targetingRules[0]`, `defaultVariant` */
  at: string
  member: BasicMember
  draft: ChoiceDraft
  variants: readonly string[]
  /** Where the form is sent. */
  action: string
}

const types = [
  { value: 'basic', label: 'one variant' },
  { value: 'rolloutPercentage', label: 'by percentages' },
  { value: 'rolloutDate', label: 'rolled out over time' },
]

/** How a variant is picked: the fields of one of three ways. */
export function ChoiceFields({ at, member, draft, variants, action }: ChoiceProps) {
  const choices = variants.map(value => ({ value, label: value }))
  return (
    <div class="choice">
      <div {...redraw(action)} hx-trigger="change" hx-vals='{"_do":"show"}'>
        <SelectField name={`${at}.type`} label="Serve" choices={types} value={draft.type} isRequired />
        <button type="submit" class="btn mb-3" formnovalidate name="_do" value="show" data-needless>
          Show its fields
        </button>
      </div>
      {draft.type === 'basic' && (
        <SelectField name={`${at}.${member}`} label="Variant" choices={choices} value={draft.variant} isRequired />
      )}
      {draft.type === 'rolloutPercentage' && <Weights at={at} weights={draft.weights} />}
      {draft.type === 'rolloutDate' && (
        <div class="stages">
          <Stage at={`${at}.start`} label="Start" stage={draft.start} choices={choices} />
          <Stage at={`${at}.end`} label="End" stage={draft.end} choices={choices} />
          <div class="form-hint">
            Before the start all get its variant, after the end all get the other; in between its share grows evenly.
            Whoever has got it keeps it.
          </div>
        </div>
      )}
    </div>
  )
}

/** Shares of the variants, with what they come to. */
function Weights({ at, weights }: { at: string; weights: ChoiceDraft['weights'] }) {
  const place = `${at}.value.rolloutPercentage.distribution`
  const { id, error } = useField(place)
  return (
    <fieldset class="field weights" data-weights>
      <legend class="form-label">Percentages</legend>
      {weights.map(([name, weight], index) => (
        <Weight {...{ at, place, name, weight }} id={`${id}-${index}`} sum={`${id}-sum`} />
      ))}
      <output class="form-hint" id={`${id}-sum`} data-weights-sum>
        {sumWords(weights.map(([name, weight]) => [name, Number(weight) || 0]))}
      </output>
      {error && <div class="field-error">The percentages {error}</div>}
    </fieldset>
  )
}

interface WeightProps {
  at: string
  /** Where the API says what is wrong with them. */
  place: string
  name: string
  weight: string
  id: string
  /** Id of what they come to. */
  sum: string
}

function Weight({ at, place, name, weight, id, sum }: WeightProps) {
  const { error, isFocused } = useField(`${place}.${name}`)
  return (
    <div class="weight">
      <input type="hidden" name={`${at}.weights.key[]`} value={name} />
      <label for={id}>{name}</label>
      <div class="input-group">
        <input
          id={id}
          class={error ? 'form-control is-invalid' : 'form-control'}
          name={`${at}.weights.value[]`}
          value={weight}
          inputmode="decimal"
          maxlength={20}
          autocomplete="off"
          autofocus={isFocused}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={error ? `${id}-error ${sum}` : sum}
          data-weight={name}
        />
        <span class="input-group-text">%</span>
      </div>
      {error && (
        <div class="field-error" id={`${id}-error`}>
          {name} {error}
        </div>
      )}
    </div>
  )
}

interface StageProps {
  at: string
  label: string
  stage: ChoiceDraft['start']
  choices: readonly { value: string; label: string }[]
}

function Stage({ at, label, stage, choices }: StageProps) {
  const moment = Date.parse(`${stage.date}Z`)
  const share = Number(stage.percentage)
  return (
    <fieldset class="stage">
      <legend class="form-label">{label}</legend>
      <MomentField name={`${at}.date`} label="At" value={Number.isNaN(moment) ? null : moment} isRequired />
      <SelectField name={`${at}.variant`} label="Variant" choices={choices} value={stage.variant} isRequired />
      <NumberField name={`${at}.percentage`} label="Share of the new" unit="%" value={share} isRequired />
    </fieldset>
  )
}
