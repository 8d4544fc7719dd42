import type { Finding } from '../src/domain/problem.ts'
import type { Refused } from './frame.ts'
import { Context } from './html.ts'

/** What fields know of the form around them. */
export interface FormState {
  id: string
  refused: Refused | undefined
  /** Findings that a field has shown. */
  shown: Set<Finding>
  /** The first field that does not fit takes the focus. */
  focused: boolean
}

export const FormContext = new Context<FormState>({
  id: 'form',
  refused: undefined,
  shown: new Set(),
  focused: false,
})

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
  const form = FormContext.current
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
export const useTyped = (name: string): readonly string[] | undefined => FormContext.current.refused?.fields.get(name)
