import type { Finding } from '../src/domain/problem.ts'
import { FormContext, type FormState } from './form-state.ts'
import { type Refused, useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Notice } from './notice.tsx'
import { PasswordField } from './password.tsx'

interface FormProps {
  /** The address of the form's own page. */
  action: string
  /** The words of the button. Without them the form brings its own buttons. */
  submit?: string | undefined
  /** Of a deletion. */
  isDangerous?: boolean | undefined
  /** Where to go for not doing it. */
  cancel?: string | undefined
  /** Asks for the password where it was given too long ago. */
  needsPassword?: boolean | undefined
  /** Of the object that is changed: another's change in between is then not overwritten. */
  revision?: number | undefined
  /** Comes back with what was typed and is not saved yet: leaving it asks. */
  hasChanged?: boolean | undefined
  class?: string | undefined
  children: Content
}

/**
 * A form whose fields know what was typed and what does not fit. It carries the visitor's token against forgery. With
 * JavaScript it also asks before unsaved changes are left behind.
 */
export function Form(props: FormProps) {
  const { action, submit, isDangerous = false, cancel, revision, needsPassword = false, children } = props
  const { visitor, refused, now } = useFrame()
  const mine = refused?.action === action ? refused : undefined
  const form: FormState = { id: idOf(action), refused: mine, shown: new Set(), focused: false }
  return (
    <FormContext.Provider value={form}>
      <form
        method="post"
        action={action}
        class={props.class}
        data-guarded={submit && !isDangerous ? (mine || props.hasChanged ? 'changed' : 'unchanged') : undefined}
      >
        {mine && <Refusal refused={mine} />}
        {visitor && <input type="hidden" name="_csrf" value={visitor.session.csrf} />}
        {revision !== undefined && <input type="hidden" name="_revision" value={revision} />}
        {children}
        {needsPassword && visitor && now >= visitor.session.freshUntil && (
          <PasswordField
            name="_password"
            label="Your password"
            isRequired
            autocomplete="current-password"
            hint="Asked again, because you gave it more than 15 minutes ago."
          />
        )}
        {mine && <Unplaced findings={mine.findings} shown={form.shown} />}
        {submit && (
          <div class="form-buttons">
            <button type="submit" class={isDangerous ? 'btn btn-danger' : 'btn btn-primary'}>
              {submit}
            </button>
            {cancel && (
              <a href={cancel} class="btn btn-ghost-secondary" data-close>
                Cancel
              </a>
            )}
          </div>
        )}
      </form>
    </FormContext.Provider>
  )
}

/** `/customers/acme/edit` → `customers-acme-edit` */
const idOf = (action: string): string => action.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '')

const Refusal = ({ refused: { findings, detail } }: { refused: Refused }) => (
  <Notice kind="danger" title={findings.length > 0 ? 'Not saved. Please look at what is marked.' : detail} />
)

/** What is wrong without being in any field: it must not be lost. */
const Unplaced = ({ findings, shown }: { findings: readonly Finding[]; shown: Set<Finding> }) => {
  const rest = findings.filter(finding => !shown.has(finding))
  if (rest.length === 0) return null
  return (
    <ul class="form-unplaced">
      {rest.map(({ location, message }) => (
        <li>
          <code>{location.replace(/^body\.?/, '') || 'form'}</code> {message}
        </li>
      ))}
    </ul>
  )
}
