import type { ReleaseState as State } from '../src/domain/release.ts'
import type { Difference } from '../src/domain/release-difference.ts'
import { Icon } from './icon.tsx'
import { type Meaning, Status } from './status.tsx'
import { type Column, Table } from './table.tsx'

const meanings: Record<State, Meaning> = { planned: 'info', deployed: 'good', superseded: 'neutral' }

export const ReleaseState = ({ is }: { is: State }) => <Status is={meanings[is]}>{is}</Status>

const kinds = {
  added: ['good', 'added'],
  removed: ['bad', 'removed'],
  changed: ['info', 'changed'],
  same: ['neutral', 'unchanged'],
} as const satisfies Record<Difference['is'], readonly [Meaning, string]>

interface DifferencesProps {
  label: string
  differences: readonly Difference[]
  /** Where a component of the later release is shown, by name and version. */
  addressOf: (name: string, version: string) => string | undefined
  /** Of one release alone, nothing has changed. */
  isPlain?: boolean
}

/** How many rows of components a page has room for. */
const shown = 100

const changeColumn: Column<Difference> = {
  title: 'Change',
  cell: ({ is }) => <Status is={kinds[is][0]}>{kinds[is][1]}</Status>,
}

/** Components with their versions before and after, what changed first to the eye. */
export const Differences = ({ label, differences, addressOf, isPlain = false }: DifferencesProps) => (
  <>
    <Table
      label={label}
      rows={differences.slice(0, shown)}
      columns={[
        { title: 'Component', cell: ({ name }) => name },
        { title: 'Version', cell: difference => <Versions {...difference} addressOf={addressOf} /> },
        ...(isPlain ? [] : [changeColumn]),
      ]}
    />
    {differences.length > shown && (
      <p class="list-nothing text-secondary">And {differences.length - shown} more; the API lists them all.</p>
    )}
  </>
)

const Versions = ({ name, before, after, is, addressOf }: Difference & Pick<DifferencesProps, 'addressOf'>) => (
  <span class="chips">
    {is === 'changed' && (
      <>
        <del class="text-secondary">{before.join(', ')}</del>
        <Icon name="arrow-right" />
        <span class="visually-hidden">becomes</span>
      </>
    )}
    {is === 'removed' ? (
      <del class="text-secondary">{before.join(', ')}</del>
    ) : (
      after.map(version => {
        const to = addressOf(name, version)
        return to ? <a href={to}>{version}</a> : <span>{version}</span>
      })
    )}
  </span>
)
