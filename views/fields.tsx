import { useField } from './form-state.ts'
import type { Content } from './html.ts'

/** What every field takes. Names are the API's members: `name`, `value.type`, `metadata`. */
export interface FieldProps {
  name: string
  label: string
  hint?: Content | undefined
  isRequired?: boolean | undefined
  autofocus?: boolean | undefined
}

type Naming = Pick<FieldProps, 'label' | 'hint' | 'isRequired'> & { id: string; error: string | undefined }

/** Label, control, hint and error, tied together for those who hear them. */
export const Labelled = ({ id, label, hint, error, isRequired, children }: Naming & { children: Content }) => (
  <div class="field">
    <label class="form-label" for={id}>
      {label}
      {!isRequired && <span class="form-optional">optional</span>}
    </label>
    {children}
    <HintAndError {...{ id, label, hint, error }} />
  </div>
)

/** What stands under a control, or under several that answer one question; `tied` says that it belongs to them. */
export const HintAndError = ({ id, label, hint, error }: Naming) => (
  <>
    {hint && (
      <div class="form-hint" id={`${id}-hint`}>
        {hint}
      </div>
    )}
    {error && (
      <div class="field-error" id={`${id}-error`}>
        {sentence(label, error)}
      </div>
    )}
  </>
)

/** `must not be empty` → `Name must not be empty`; what is a sentence already stays one. */
export const sentence = (label: string, error: string): string => (/^[A-Z]/.test(error) ? error : `${label} ${error}`)

/** The attributes of a control that belong to its label, hint and error. */
export const tied = ({ id, hint, error }: Pick<Naming, 'id' | 'hint' | 'error'>) => ({
  id,
  'aria-invalid': error !== undefined ? ('true' as const) : undefined,
  'aria-describedby': [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined,
})

const controlClass = (name: string, error: string | undefined): string => (error ? `${name} is-invalid` : name)

type TextProps = FieldProps & {
  value?: string | null | undefined
  type?: 'text' | 'email' | 'password' | 'url' | undefined
  longest?: number | undefined
  placeholder?: string | undefined
  autocomplete?: string | undefined
  /** For slugs, versions and other text that is read letter by letter. */
  isCode?: boolean | undefined
  /** Offered while typing; anything else can be typed as well. */
  suggestions?: readonly { value: string; label?: string }[] | undefined
  /** Further attributes for public/: `data-…`. */
  data?: Record<`data-${string}`, string> | undefined
}

export function TextField(given: TextProps) {
  const { type = 'text', value, longest = 200, isCode = false, data, suggestions, ...props } = given
  const { id, typed, error, isFocused } = useField(props.name, props)
  return (
    <Labelled {...props} id={id} error={error}>
      <input
        {...tied({ id, hint: props.hint, error })}
        {...data}
        class={controlClass(isCode ? 'form-control font-monospace' : 'form-control', error)}
        // The types of JSX know an input by one type alone; these four take the same attributes.
        type={type as 'text'}
        name={props.name}
        // A password is never sent back.
        value={type === 'password' ? undefined : (typed?.at(-1) ?? value ?? undefined)}
        required={props.isRequired}
        maxlength={longest}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete ?? 'off'}
        spellcheck={isCode ? false : undefined}
        autofocus={isFocused}
        list={suggestions && `${id}-suggestions`}
      />
      {suggestions && (
        <datalist id={`${id}-suggestions`}>
          {suggestions.map(({ value: each, label }) => (
            <option value={each} label={label} />
          ))}
        </datalist>
      )}
    </Labelled>
  )
}

/** A slug that is filled in live from the name, until somebody types one. */
export const SlugField = ({ kind, from = 'name', hint }: { kind: string; from?: string; hint?: string }) => (
  <TextField
    name="slug"
    label="Slug"
    longest={100}
    isCode
    hint={
      hint ?? 'Its name in addresses and in the API. Made from the name where you leave it empty; it never changes.'
    }
    data={{ 'data-slug-from': from, 'data-slug-kind': kind }}
  />
)

/** Whatever is typed comes back as it was, which `type="number"` would not allow; the action says what is no number. */
export function NumberField({
  value,
  unit,
  isConditional = false,
  ...props
}: FieldProps & {
  value?: number | null | undefined
  unit?: string | undefined
  /** Required unless another field says otherwise: the server knows, the browser does not. */
  isConditional?: boolean
}) {
  const { id, typed, error, isFocused } = useField(props.name, props)
  const control = (
    <input
      {...tied({ id, hint: props.hint, error })}
      class={controlClass('form-control', error)}
      inputmode="decimal"
      name={props.name}
      value={typed?.at(-1) ?? value ?? undefined}
      required={props.isRequired && !isConditional}
      maxlength={40}
      autocomplete="off"
      autofocus={isFocused}
    />
  )
  return (
    <Labelled {...props} id={id} error={error}>
      {unit ? (
        <div class="input-group">
          {control}
          <span class="input-group-text">{unit}</span>
        </div>
      ) : (
        control
      )}
    </Labelled>
  )
}

type AreaProps = FieldProps & { value?: string | null | undefined; lines?: number; longest?: number }

export function TextArea({ value, lines = 3, longest = 4000, ...props }: AreaProps) {
  const { id, typed, error, isFocused } = useField(props.name, props)
  return (
    <Labelled {...props} id={id} error={error}>
      <textarea
        {...tied({ id, hint: props.hint, error })}
        class={controlClass('form-control', error)}
        name={props.name}
        rows={lines}
        required={props.isRequired}
        maxlength={longest}
        autofocus={isFocused}
      >
        {asWritten(typed?.at(-1) ?? value ?? '')}
      </textarea>
    </Labelled>
  )
}

/** The browser drops a line break at the start of a textarea. */
const asWritten = (text: string): string => (text.startsWith('\n') ? `\n${text}` : text)

/** `text` is JSON that was typed and need not be right yet. */
type JsonProps = FieldProps & { value?: unknown; text?: string | undefined; lines?: number }

/** JSON as text, checked while it is typed. */
export function JsonField({ value, text, lines = 8, ...props }: JsonProps) {
  const { id, typed, error, isFocused } = useField(props.name, { ...props, ofParts: true })
  return (
    <Labelled {...props} id={id} error={error}>
      <textarea
        {...tied({ id, hint: props.hint, error })}
        class={controlClass('form-control font-monospace', error)}
        name={props.name}
        rows={lines}
        required={props.isRequired}
        spellcheck={false}
        autofocus={isFocused}
        data-json
      >
        {typed?.at(-1) ?? text ?? (value === undefined ? '' : JSON.stringify(value, undefined, 2))}
      </textarea>
    </Labelled>
  )
}

/** A moment in UTC, as which it is sent, whatever the reader's zone. */
export function MomentField({ value, ...props }: FieldProps & { value?: number | null | undefined }) {
  const { id, typed, error, isFocused } = useField(props.name, props)
  const kept = value === undefined || value === null ? undefined : momentText(value)
  return (
    <Labelled {...props} id={id} error={error}>
      <div class="input-group">
        <input
          {...tied({ id, hint: props.hint, error })}
          class={controlClass('form-control', error)}
          type="datetime-local"
          name={props.name}
          value={typed?.at(-1) ?? kept}
          // Any moment that is kept can be shown and sent back as it is.
          step="any"
          max="9999-12-31T23:59"
          required={props.isRequired}
          autofocus={isFocused}
        />
        <span class="input-group-text">UTC</span>
      </div>
    </Labelled>
  )
}

/** 2026-03-15T12:00, with seconds only where there are any. */
const momentText = (at: number): string =>
  new Date(at)
    .toISOString()
    .slice(0, -1)
    .replace(/:00\.000$|\.000$/, '')
