import type { GrantDifference } from '../src/domain/grant-difference.ts'
import type { LicenseRecord } from '../src/domain/license.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { ChecksField } from './choices.tsx'
import { Empty } from './empty.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { crumbsToLicense, versionedName } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'
import { Differences } from './license-versions.tsx'
import { Linked } from './linked.tsx'
import { Notice } from './notice.tsx'
import { Status } from './status.tsx'
import { Table } from './table.tsx'

/** An instance that could be moved, and what would be over then, in words. */
export interface Movable {
  id: string
  name: string
  slug: string | null
  customerSlug: string | null
  over: readonly string[]
}

interface MoveProps {
  to: LicenseRecord
  from: LicenseRecord
  differences: readonly GrantDifference[]
  instances: readonly Movable[]
  total: number
  /** Every instance that would be over is known to be; else none is chosen beforehand. */
  isAll: boolean
}

export const MoveInstances = ({ to, from, differences, instances, total, isAll }: MoveProps) => (
  <Layout title={`Move instances to version ${to.version}`} above={crumbsToLicense(to)}>
    <Card
      title={`What changes for them: ${versionedName(from)} → ${versionedName(to)}`}
      isFlush={differences.length > 0}
    >
      <Differences of={differences} />
    </Card>
    {instances.length === 0 ? (
      <div class="card">
        <Empty
          icon="server"
          title={`No instance is on ${versionedName(from)}`}
          hint="There is nothing to move."
          action={<Action to={`${licenseAddress(to)}/versions`}>All versions</Action>}
        />
      </div>
    ) : (
      <Card>
        <Form action={`${licenseAddress(to)}/move`} submit="Move the chosen" cancel={licenseAddress(to)}>
          <input type="hidden" name="from" value={from.slug} />
          {total > instances.length && (
            <div class="field">
              <Notice title={`The first ${instances.length} of ${total} instances`}>
                Move these, then come back for the next.
              </Notice>
            </div>
          )}
          <ChecksField
            name="instances"
            label="Instances"
            hint={`${
              isAll
                ? 'Those whose use would be over are left out unless you choose them.'
                : 'More than 100 would be over, and not all of them are marked: choose with care.'
            } License dates stay as they are.`}
            choices={instances.map(({ id, name, customerSlug, over }) => ({
              value: id,
              label: `${name} (${customerSlug})`,
              hint: over.length > 0 ? <Status is="warning">{`Over: ${over.join(', ')}`}</Status> : undefined,
            }))}
            values={instances.filter(({ over }) => isAll && over.length === 0).map(({ id }) => id)}
          />
        </Form>
      </Card>
    )}
  </Layout>
)

/** How it went for one instance. */
export interface Moved {
  id: string
  name: string
  slug: string | null
  customerSlug: string | null
  /** Why not; undefined where it was moved. */
  refusal: string | undefined
}

export const MovedInstances = ({
  to,
  from,
  moved,
}: {
  to: LicenseRecord
  from: LicenseRecord
  moved: readonly Moved[]
}) => {
  const done = moved.filter(({ refusal }) => refusal === undefined).length
  return (
    <Layout
      title={`${done} of ${moved.length} moved`}
      above={crumbsToLicense(to)}
      actions={
        <>
          <Action to={`${licenseAddress(to)}/move?from=${from.slug}`} icon="arrows-exchange">
            Move more
          </Action>
          <Action to={`${licenseAddress(to)}/instances`} isPrimary>
            Instances with version {to.version}
          </Action>
        </>
      }
    >
      <Card title={`${versionedName(from)} → ${versionedName(to)}`} isFlush>
        <Table
          label="Moved instances"
          rows={moved}
          columns={[
            {
              title: 'Instance',
              cell: ({ name, slug, customerSlug }) => (
                <Linked to={`/customers/${customerSlug}/instances/${slug}`} name={name} />
              ),
            },
            {
              title: 'Result',
              cell: ({ refusal }) =>
                refusal === undefined ? (
                  <Status is="good">Moved</Status>
                ) : (
                  <div>
                    <Status is="bad">Not moved</Status> {refusal}
                  </div>
                ),
            },
          ]}
        />
      </Card>
    </Layout>
  )
}
