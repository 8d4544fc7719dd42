import { allows, modules, presets, type Scope } from '../src/domain/scope.ts'
import { ChoiceWithMore, Group } from './choices.tsx'
import { useField, useTyped } from './form-state.ts'
import { useFrame } from './frame.ts'

/** What a token may do: a usual list of scopes, or a choice for each module. */
export const ScopesField = ({ preset }: { preset?: string | undefined }) => (
  <ChoiceWithMore
    name="preset"
    label="What it may do"
    value={preset ?? 'data-plane'}
    choices={[
      {
        value: 'data-plane',
        label: 'Data plane',
        hint: 'Asks for feature flags, checks entitlements and reports usage. For your product itself.',
      },
      {
        value: 'control-plane',
        label: 'Control plane',
        hint: 'Manages customers, instances, licenses, entitlements, flags and releases. For your billing or back office.',
      },
      { value: '', label: 'By module', hint: 'Exactly what you choose.' },
    ]}
  >
    <Group name="scopes" label="Modules" hint="Writing a module includes reading it.">
      <table class="table table-sm scope-table">
        <thead>
          <tr>
            <th scope="col">Module</th>
            {columns.map(({ name }) => (
              <th scope="col" class="text-center">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {['*' as const, ...modules].map(module => (
            <ModuleRow module={module} />
          ))}
        </tbody>
      </table>
    </Group>
  </ChoiceWithMore>
)

const columns = [
  { verb: '', name: 'None' },
  { verb: 'read', name: 'Read' },
  { verb: 'write', name: 'Write' },
] as const

/** The name of a module's radios. It starts as the form's own fields do: scopes are made of them. */
export const scopeFieldOf = (module: string): string => `_scope.${module}`

function ModuleRow({ module }: { module: (typeof modules)[number] | '*' }) {
  const { visitor } = useFrame()
  const name = scopeFieldOf(module)
  const { id } = useField(name)
  const chosen = useTyped(name)?.at(-1) ?? ''
  const held = visitor?.principal.scopes ?? []
  return (
    <tr>
      <th scope="row">{nameOfModule(module)}</th>
      {columns.map(({ verb, name: word }) => (
        <td class="text-center">
          <input
            class="form-check-input"
            type="radio"
            id={`${id}-${word}`}
            name={name}
            value={verb}
            checked={verb === chosen}
            disabled={verb !== '' && !allows(held, `${verb}:${module}` satisfies Scope)}
            aria-label={`${nameOfModule(module)}: ${word.toLowerCase()}`}
          />
        </td>
      ))}
    </tr>
  )
}

/** feature_flags → Feature flags */
const nameOfModule = (module: string): string =>
  module === '*' ? 'All, also those to come' : module.charAt(0).toUpperCase() + module.slice(1).replaceAll('_', ' ')

/** In a word where there is one, else each. */
export function Scopes({ of }: { of: readonly string[] }) {
  const preset = Object.entries(presets).find(([, scopes]) => isSame(scopes, of))?.[0]
  if (!preset && of.length <= 2) return <ScopeList of={of} />
  return (
    <details>
      <summary>{preset ?? `${of.length} scopes`}</summary>
      <ScopeList of={of} />
    </details>
  )
}

const ScopeList = ({ of }: { of: readonly string[] }) => (
  <span class="scopes">
    {of.map(scope => (
      <code>{scope}</code>
    ))}
  </span>
)

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every(each => others.includes(each))
