import { type FieldProps, Labelled, tied } from './fields.tsx'
import { useField } from './form-state.ts'
import { Icon } from './icon.tsx'

type PasswordProps = FieldProps & { autocomplete: 'current-password' | 'new-password' }

/** A password: never sent back, and shown to whoever asks with the button, which needs a script. */
export function PasswordField({ autocomplete, ...props }: PasswordProps) {
  const { id, error, isFocused } = useField(props.name, props)
  return (
    <Labelled {...props} id={id} error={error}>
      <div class="input-group">
        <input
          {...tied({ id, hint: props.hint, error })}
          class={error ? 'form-control is-invalid' : 'form-control'}
          type="password"
          name={props.name}
          required={props.isRequired}
          maxlength={256}
          autocomplete={autocomplete}
          autofocus={isFocused}
        />
        <button type="button" class="btn btn-icon" data-reveal={id} aria-label="Show the password" hidden>
          <Icon name="eye" />
        </button>
      </div>
    </Labelled>
  )
}
