import type { GrantDifference } from '../src/domain/grant-difference.ts'
import type { LicenseRecord } from '../src/domain/license.ts'
import type { ChangeKind, GrantSide } from '../src/domain/license-change.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { useFrame } from './frame.ts'
import { GrantValue, type Measured } from './grant-value.tsx'
import { type LicenseHead, LicenseLayout } from './license-layout.tsx'
import { LicenseLink, LicenseState, licenseAddress } from './license-link.tsx'
import { Linked } from './linked.tsx'
import { type Meaning, Status } from './status.tsx'
import { type Column, Table } from './table.tsx'
import { Time } from './time.tsx'

interface VersionsProps extends LicenseHead {
  family: readonly LicenseRecord[]
  /** Number of instances by the version's id. */
  each: ReadonlyMap<string, number>
  before: LicenseRecord | undefined
  differences: readonly GrantDifference[]
}

export const LicenseVersions = ({ family, each, before, differences, ...head }: VersionsProps) => {
  const { license, versions } = head
  const move = `${licenseAddress(license)}/move`
  const canTake =
    useFrame().mayOpen(move) && license.isActive && family.some(({ id }) => id !== license.id && each.has(id))
  const column: Column<LicenseRecord> = {
    title: 'Move',
    cell: row =>
      row.id !== license.id &&
      each.has(row.id) && (
        <Action to={`${move}?from=${row.slug}`} icon="arrows-exchange">
          Move to version {license.version}
        </Action>
      ),
  }
  return (
    <LicenseLayout {...head}>
      <Card title={`Family ${license.familySlug}`} isFlush>
        <Table
          label="Versions"
          rows={family}
          columns={[
            { title: 'Version', cell: row => <VersionOf row={row} isShown={row.id === license.id} /> },
            { title: 'Name', cell: row => <LicenseLink {...row} /> },
            { title: 'State', cell: row => <LicenseState {...row} /> },
            { title: 'Created', cell: ({ createdAt }) => <Time of={createdAt} isDay /> },
            { title: 'Instances', isNumber: true, cell: ({ id }) => each.get(id) ?? 0 },
            ...(canTake ? [column] : []),
          ]}
        />
        {versions > family.length && (
          <p class="list-nothing text-secondary">
            The newest {family.length} of {versions} versions.
          </p>
        )}
      </Card>
      {before && (
        <Card title={`Version ${license.version} against version ${before.version}`} isFlush={differences.length > 0}>
          <Differences of={differences} />
        </Card>
      )}
    </LicenseLayout>
  )
}

const VersionOf = ({ row, isShown }: { row: LicenseRecord; isShown: boolean }) =>
  isShown ? (
    <strong>
      {row.version} <span class="text-secondary">(this one)</span>
    </strong>
  ) : (
    row.version
  )

const kinds: Record<ChangeKind, [Meaning, string]> = {
  added: ['good', 'Added'],
  raised: ['good', 'Raised'],
  changed: ['info', 'Changed'],
  lowered: ['warning', 'Lowered'],
  removed: ['bad', 'Removed'],
  same: ['neutral', 'Same'],
}

export const Differences = ({ of }: { of: readonly GrantDifference[] }) =>
  of.length === 0 ? (
    <p class="mb-0 text-secondary">They grant the same.</p>
  ) : (
    <Table
      label="Differences"
      rows={of}
      columns={[
        { title: 'Entitlement', cell: ({ slug, name }) => <Linked to={`/entitlements/${slug}`} name={name} /> },
        { title: 'Before', cell: ({ before, of: measured }) => <Side side={before} of={measured} /> },
        { title: 'After', cell: ({ after, of: measured }) => <Side side={after} of={measured} /> },
        { title: 'Change', cell: ({ kind }) => <Status is={kinds[kind][0]}>{kinds[kind][1]}</Status> },
      ]}
    />
  )

const Side = ({ side, of }: { side: GrantSide | undefined; of: Measured }) =>
  side ? (
    <div>
      <GrantValue value={side.value} of={of} />
      {side.overagePercent > 0 && <span class="text-secondary"> +{side.overagePercent} %</span>}
    </div>
  ) : (
    <span class="text-secondary">not granted</span>
  )
