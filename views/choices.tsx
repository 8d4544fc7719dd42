import { type FieldProps, HintAndError, Labelled, tied } from './fields.tsx'
import { useField } from './form-state.ts'
import type { Content } from './html.ts'

export interface Choice {
  value: string
  label: string
  hint?: Content | undefined
  /** In a select: the heading that it stands under. */
  group?: string | undefined
}

type ChoosingProps = FieldProps & { choices: readonly Choice[]; value?: string | null | undefined }

/** `none` is the label of choosing nothing. */
export function SelectField({ choices, value, none, ...props }: ChoosingProps & { none?: string }) {
  const { id, typed, error, isFocused } = useField(props.name, props)
  const chosen = typed?.at(-1) ?? value ?? ''
  return (
    <Labelled {...props} id={id} error={error}>
      <select
        {...tied({ id, hint: props.hint, error })}
        class={error ? 'form-select is-invalid' : 'form-select'}
        name={props.name}
        required={props.isRequired}
        autofocus={isFocused}
      >
        {none !== undefined && <option value="">{none}</option>}
        <Options choices={choices} chosen={chosen} />
      </select>
    </Labelled>
  )
}

export const Options = ({ choices, chosen }: { choices: readonly Choice[]; chosen: string }) => (
  <>
    {[...Map.groupBy(choices, ({ group = '' }) => group)].map(([group, grouped]) => {
      const options = grouped.map(({ value, label }) => (
        <option value={value} selected={value === chosen}>
          {label}
        </option>
      ))
      return group === '' ? options : <optgroup label={group}>{options}</optgroup>
    })}
  </>
)

type Grouped = Pick<FieldProps, 'label' | 'hint' | 'name'> & { children: Content }

/** Controls that answer one question together. */
export function Group({ label, hint, name, children }: Grouped) {
  const { id, error } = useField(name, { ofParts: true })
  return (
    <fieldset class="field" aria-describedby={tied({ id, hint, error })['aria-describedby']}>
      <legend class="form-label">{label}</legend>
      {children}
      <HintAndError {...{ id, label, hint, error }} />
    </fieldset>
  )
}

/** Radios of which the one without a value opens what is under them. The style sheet does it, so it needs no script. */
export const ChoiceWithMore = ({ children, ...props }: ChoosingProps & { children: Content }) => (
  <div class="choice-more">
    <RadioField {...props} />
    <div class="choice-details">{children}</div>
  </div>
)

export function RadioField({ choices, value, ...props }: ChoosingProps) {
  const { id, typed } = useField(props.name, props)
  const chosen = typed?.at(-1) ?? value
  return (
    <Group {...props}>
      {choices.map(choice => (
        <Check
          {...choice}
          id={`${id}-${choice.value}`}
          type="radio"
          name={props.name}
          isChecked={choice.value === chosen}
          isRequired={props.isRequired ?? false}
        />
      ))}
    </Group>
  )
}

/** Any number of choices, sent as a repeated name. */
export function ChecksField({
  choices,
  values,
  ...props
}: Omit<ChoosingProps, 'value'> & { values: readonly string[] }) {
  const { id, typed } = useField(props.name, props)
  const chosen = typed ?? values
  return (
    <Group {...props}>
      {/* So that choosing none can be said as well. */}
      <input type="hidden" name={props.name} value="" />
      {choices.map(choice => (
        <Check
          {...choice}
          id={`${id}-${choice.value}`}
          type="checkbox"
          name={props.name}
          isChecked={chosen.includes(choice.value)}
        />
      ))}
    </Group>
  )
}

/** Yes or no. */
export function SwitchField({
  label,
  hint,
  name,
  isOn,
}: Pick<FieldProps, 'label' | 'hint' | 'name'> & { isOn: boolean }) {
  const { id, typed, error } = useField(name)
  const isChecked = typed ? typed.at(-1) === 'true' : isOn
  return (
    <div class="field">
      {/* A checkbox that is not ticked sends nothing: the last value counts. */}
      <input type="hidden" name={name} value="false" />
      <Check {...{ id, name, label, hint, isChecked }} type="checkbox" value="true" isSwitch />
      {error && <div class="field-error">{`${label} ${error}`}</div>}
    </div>
  )
}

interface CheckProps extends Choice {
  id: string
  type: 'radio' | 'checkbox'
  name: string
  isChecked: boolean
  isRequired?: boolean | undefined
  isSwitch?: boolean | undefined
}

export const Check = ({ id, type, name, value, label, hint, isChecked, isRequired, isSwitch }: CheckProps) => (
  <div class={isSwitch ? 'form-check form-switch' : 'form-check'}>
    <input
      class="form-check-input"
      id={id}
      type={type}
      name={name}
      value={value}
      checked={isChecked}
      required={isRequired}
      aria-describedby={hint ? `${id}-hint` : undefined}
    />
    <label class="form-check-label" for={id}>
      {label}
    </label>
    {hint && (
      <span class="form-check-description" id={`${id}-hint`}>
        {hint}
      </span>
    )}
  </div>
)
