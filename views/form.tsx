import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Finding } from '../src/domain/problem.ts'
import { type Refused, useFrame } from './frame.ts'
import { Notice } from './notice.tsx'

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
  children: ComponentChildren
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
        {needsPassword && visitor && now >= visitor.session.freshUntil && <PasswordProof />}
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

function PasswordProof() {
  const { id, error, isFocused } = useField('_password')
  return (
    <div class="field">
      <label class="form-label" for={id}>
        Your password
      </label>
      <input
        id={id}
        class={error ? 'form-control is-invalid' : 'form-control'}
        type="password"
        name="_password"
        required
        maxlength={256}
        autocomplete="current-password"
        autofocus={isFocused}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={`${id}-hint${error ? ` ${id}-error` : ''}`}
      />
      <div class="form-hint" id={`${id}-hint`}>
        Asked again, because it was given more than 15 minutes ago.
      </div>
      {error && (
        <div class="field-error" id={`${id}-error`}>
          Your password {error}
        </div>
      )}
    </div>
  )
}

interface FormState {
  id: string
  refused: Refused | undefined
  /** Findings that a field has shown. */
  shown: Set<Finding>
  /** The first field that does not fit takes the focus. */
  focused: boolean
}

const FormContext = createContext<FormState>({ id: 'form', refused: undefined, shown: new Set(), focused: false })

/** `/customers/acme/edit` → `customers-acme-edit` */
const idOf = (action: string): string => action.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '')

/** What a field needs to know of its form. */
export interface FieldState {
  id: string
  /** What was typed, where the form comes back; undefined on a fresh form. */
  typed: readonly string[] | undefined
  /** Was the form sent? A checkbox that was not ticked is not among what was typed. */
  isSent: boolean
  error: string | undefined
  isFocused: boolean
}

interface FieldOptions {
  ofParts?: boolean
  autofocus?: boolean | undefined
}

/** By its name. A field of many parts shows what is wrong with any of them. */
export function useField(name: string, { ofParts = false, autofocus = false }: FieldOptions = {}): FieldState {
  const form = useContext(FormContext)
  const { refused, shown } = form
  const place = `body.${name}`
  const findings = (refused?.findings ?? []).filter(
    ({ location }) =>
      location === place || (ofParts && /^[.[]/.test(location.slice(place.length)) && location.startsWith(place)),
  )
  for (const finding of findings) shown.add(finding)
  // In a form that comes back, the first field that does not fit goes before the one that is first by itself.
  const isFocused = refused ? findings.length > 0 && !form.focused : autofocus
  if (isFocused) form.focused = true
  return {
    id: `${form.id}-${name.replace(/\W+/g, '-')}`,
    typed: refused?.fields.get(name),
    isSent: refused !== undefined,
    error: findings.length > 0 ? findings.map(finding => messageAt(finding, place)).join('; ') : undefined,
    isFocused,
  }
}

const messageAt = ({ location, message }: Finding, place: string): string =>
  location === place ? message : `${location.slice(place.length).replace(/^\./, '')} ${message}`

/** All values of a name in the form that comes back. */
export const useTyped = (name: string): readonly string[] | undefined =>
  useContext(FormContext).refused?.fields.get(name)

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
        <li key={location}>
          <code>{location.replace(/^body\.?/, '') || 'form'}</code> {message}
        </li>
      ))}
    </ul>
  )
}
