import type { InstanceView } from '../src/domain/instance.ts'
import type { GrantView, LicenseRecord } from '../src/domain/license.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, DialogLink } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { typeWords } from './entitlement-words.ts'
import { useFrame } from './frame.ts'
import { GrantValue } from './grant-value.tsx'
import { type LicenseHead, LicenseLayout } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'
import { Linked } from './linked.tsx'
import { List, type ListView } from './list.tsx'
import { Notice } from './notice.tsx'
import { Badge } from './status.tsx'
import type { Column } from './table.tsx'
import { Time } from './time.tsx'

interface OverviewProps extends LicenseHead {
  leaf: Page<GrantView>
  query: ListView
  /** The version that most instances could be moved from, with their number. */
  behind?: { license: LicenseRecord; instances: number } | undefined
}

export function LicenseOverview({ leaf, query, behind, ...head }: OverviewProps) {
  const { license } = head
  const to = licenseAddress(license)
  return (
    <LicenseLayout {...head}>
      {behind && <Behind to={to} {...behind} />}
      <Card title="Properties">
        <Definitions
          of={[
            ['Slug', <Copy text={license.slug} />],
            ['Family', <code>{license.familySlug}</code>],
            ['Description', license.description || null],
            ['Id', <Copy text={license.id} />],
            ['Created', <By at={license.createdAt} who={license.createdBy} />],
            ['Changed', <By at={license.updatedAt} who={license.updatedBy} />],
          ]}
        />
      </Card>
      <div class="heading heading-section">
        <h2>What it grants</h2>
        <Action to={`${to}/entitlements/new`} icon="plus" isPrimary>
          Add entitlement
        </Action>
      </div>
      <Grants {...{ license, leaf, query }} />
    </LicenseLayout>
  )
}

const Behind = ({ to, license, instances }: { to: string; license: LicenseRecord; instances: number }) => (
  <Notice
    title={`${instances === 1 ? '1 instance is' : `${instances} instances are`} still on version ${license.version}`}
  >
    An instance keeps its version until it is moved.{' '}
    <Action to={`${to}/move?from=${license.slug}`} icon="arrows-exchange">
      Move instances
    </Action>
  </Notice>
)

const Grants = ({ license, leaf, query }: Pick<OverviewProps, 'license' | 'leaf' | 'query'>) => {
  const mayChange = useFrame().mayOpen(`${licenseAddress(license)}/entitlements/new`)
  const grantAddress = ({ entitlementSlug }: GrantView) => `${licenseAddress(license)}/entitlements/${entitlementSlug}`
  const change: Column<GrantView> = {
    title: 'Change',
    cell: grant => (
      <div class="row-actions">
        <DialogLink to={`${grantAddress(grant)}/edit`} icon="pencil">
          Edit <span class="visually-hidden">{grant.entitlementName}</span>
        </DialogLink>
        <DialogLink to={`${grantAddress(grant)}/remove`} icon="x">
          Remove <span class="visually-hidden">{grant.entitlementName}</span>
        </DialogLink>
      </div>
    ),
  }
  return (
    <List
      of="entitlements"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'Entitlement',
          sort: 'name',
          cell: grant => <Linked to={`/entitlements/${grant.entitlementSlug}`} name={grant.entitlementName} />,
        },
        { title: 'Type', cell: ({ entitlementType }) => <Badge>{typeWords[entitlementType].label}</Badge> },
        { title: 'Grants', cell: grant => <GrantValue value={grant.value} of={grant} /> },
        {
          title: 'Overage',
          isNumber: true,
          cell: ({ entitlementType, limitCapExceededOveragePercent: percent }) =>
            entitlementType === 'NUMBER' && percent > 0 ? `${percent} %` : <span class="text-secondary">none</span>,
        },
        ...(mayChange ? [change] : []),
      ]}
      empty={
        <Empty
          icon="gauge"
          title="It grants nothing yet"
          hint="Add what an instance with this license may use, and how much of it."
          action={
            <Action to={`${licenseAddress(license)}/entitlements/new`} icon="plus" isPrimary>
              Add entitlement
            </Action>
          }
        >
          <Curl
            title="Add one with the API"
            method="POST"
            path={`/api/licenses/${license.slug}/entitlements`}
            body={{ entitlementSlug: 'api-calls', value: { type: 'number', value: 1000 } }}
          />
        </Empty>
      }
    />
  )
}

export const LicenseInstances = ({
  leaf,
  query,
  ...head
}: LicenseHead & { leaf: Page<InstanceView>; query: ListView }) => (
  <LicenseLayout {...head}>
    <List
      of="instances"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'Name',
          sort: 'name',
          cell: ({ name, slug, customerSlug }) => (
            <Linked to={`/customers/${customerSlug}/instances/${slug}`} name={name} />
          ),
        },
        { title: 'Slug', cell: ({ slug, id }) => <Copy text={slug ?? id} /> },
        {
          title: 'Customer',
          cell: ({ customerSlug }) => <Linked to={`/customers/${customerSlug}`} name={customerSlug ?? ''} />,
        },
        { title: 'Starts', cell: ({ startLicenseDate }) => <Time of={startLicenseDate} isDay /> },
        { title: 'Ends', cell: ({ endLicenseDate }) => <Time of={endLicenseDate} isDay /> },
      ]}
      empty={
        <Empty
          icon="server"
          title="No instance has this license"
          hint="Choose it where an instance is made, or on the page of one that is there."
          action={
            <Action to="/customers/instances/new" icon="plus">
              New instance
            </Action>
          }
        >
          <Curl
            title="Put it on an instance with the API"
            method="PUT"
            path="/api/instances/INSTANCE"
            body={{ licenseSlug: head.license.slug }}
          />
        </Empty>
      }
    />
  </LicenseLayout>
)
