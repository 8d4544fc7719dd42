import { cellText } from '../src/domain/form.ts'
import { type FieldProps, tied } from './fields.tsx'
import { useField, useTyped } from './form-state.ts'
import { Icon } from './icon.tsx'

/** A JSON object as rows of key and value. Without JavaScript there are two empty rows to add what is missing. */
export function RowsField({ value, ...props }: FieldProps & { value: Readonly<Record<string, unknown>> }) {
  const { name, label, hint } = props
  const { id, error } = useField(name, { ofParts: true })
  const typedKeys = useTyped(`${name}.key[]`)
  const typedValues = useTyped(`${name}.value[]`)
  const kept = Object.entries(value).map(([key, each]) => [key, cellText(each)])
  const rows = typedKeys
    ? typedKeys.map((key, index) => [key, typedValues?.[index] ?? ''])
    : [...kept, ['', ''], ['', '']]
  return (
    <fieldset class="field" data-rows aria-describedby={tied({ id, hint, error })['aria-describedby']}>
      <legend class="form-label">{label}</legend>
      {rows.map(([key = '', cell = ''], index) => (
        <div class="row-fields" data-row>
          <input
            class="form-control"
            name={`${name}.key[]`}
            value={key}
            placeholder="Key"
            aria-label={`Key ${index + 1}`}
          />
          <input
            class="form-control"
            name={`${name}.value[]`}
            value={cell}
            placeholder="Value"
            aria-label={`Value ${index + 1}`}
          />
          <button
            type="button"
            class="btn btn-icon btn-ghost-secondary"
            data-row-remove
            aria-label="Remove the row"
            hidden
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      <button type="button" class="btn btn-sm" data-row-add hidden>
        <Icon name="plus" /> Add a row
      </button>
      <div class="form-hint" id={`${id}-hint`}>
        {hint ??
          'A value that reads as JSON is kept as that: 5 is a number, "5" a text. A row without key is left out.'}
      </div>
      {error && (
        <div class="field-error" id={`${id}-error`}>
          {label} {error}
        </div>
      )}
    </fieldset>
  )
}
