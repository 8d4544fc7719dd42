import type { CustomerRecord } from '../src/domain/customer.ts'
import type { DeploymentZoneView } from '../src/domain/deployment-zone.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import type { LicenseRecord } from '../src/domain/license.ts'
import { licenseStateOf } from '../src/domain/license-state.ts'
import { Action, DialogLink } from './action.tsx'
import { Copy } from './copy.tsx'
import { None } from './definitions.tsx'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { Notice } from './notice.tsx'
import { type Meaning, Status } from './status.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

/** An instance and what it belongs to: what the head of each of its pages shows. src/console/instance-heads.ts reads it. */
export interface InstanceHead {
  instance: InstanceView
  /** Customer and license of a deleted instance may be deleted too. */
  customer: CustomerRecord | undefined
  license: LicenseRecord | undefined
  zone: DeploymentZoneView | undefined
}

/** A deleted instance has no slug, and its customer may be gone: their ids stand in for them. */
export const instanceAddress = (
  instance: Pick<InstanceView, 'customerSlug' | 'customerId' | 'slug' | 'id'>,
  page = '',
): string =>
  `/customers/${instance.customerSlug ?? instance.customerId}/instances/${instance.slug ?? instance.id}${page && `/${page}`}`

/** The way to a page below the instance's own. */
export const crumbsTo = ({ instance, customer }: InstanceHead): Crumb[] => [
  ...crumbsToInstances(customer),
  { to: instanceAddress(instance), name: instance.name },
]

const crumbsToInstances = (customer: CustomerRecord | undefined): Crumb[] =>
  customer
    ? [
        { to: '/customers', name: 'Customers' },
        { to: `/customers/${customer.slug}`, name: customer.name },
        { to: `/customers/${customer.slug}/instances`, name: 'Instances' },
      ]
    : [{ to: '/customers/instances', name: 'Instances' }]

/** The head and tabs of each page about one instance. */
export const InstanceLayout = ({ head, children }: { head: InstanceHead; children: Content }) => {
  const { instance, customer } = head
  const isDeleted = instance.deletedAt !== null
  return (
    <Layout
      title={instance.name}
      above={crumbsToInstances(customer)}
      beside={<Copy text={instance.slug ?? instance.id} />}
      actions={isDeleted ? <DeletedActions instance={instance} /> : <LivingActions instance={instance} />}
      tabs={
        <>
          <Facts {...head} />
          <Tabs
            label={instance.name}
            tabs={[
              { to: instanceAddress(instance), name: 'Overview' },
              { to: instanceAddress(instance, 'feature-flags'), name: 'Feature flags' },
              { to: instanceAddress(instance, 'entitlements'), name: 'Entitlements' },
              { to: instanceAddress(instance, 'audit-trail'), name: 'Audit trail' },
            ].filter(({ name }) => !isDeleted || keptWhenDeleted.has(name))}
          />
        </>
      }
    >
      {isDeleted && <Deleted {...head} />}
      {children}
    </Layout>
  )
}

/** What a deleted instance would resolve and may use is nothing; what it did is kept. */
const keptWhenDeleted = new Set(['Overview', 'Audit trail'])

const LivingActions = ({ instance }: { instance: InstanceView }) => (
  <>
    <Action to={instanceAddress(instance, 'edit')} icon="pencil">
      Edit
    </Action>
    <DialogLink to={instanceAddress(instance, 'delete')} icon="trash" isDangerous>
      Delete
    </DialogLink>
  </>
)

const DeletedActions = ({ instance }: { instance: InstanceView }) => (
  <DialogLink to={instanceAddress(instance, 'restore')} icon="refresh" isPrimary>
    Restore
  </DialogLink>
)

const Deleted = ({ instance: { deletedAt, name } }: InstanceHead) => (
  <Notice kind="warning" title={`${name} is deleted`}>
    Since <Time of={deletedAt} /> it is in no list and every check refuses it. Its usage and audit trail are kept.
  </Notice>
)

/** Whose it is, what it bought and where it runs, in one line. */
const Facts = ({ instance, customer, license, zone }: InstanceHead) => (
  <dl class="facts">
    <Fact name="State">
      <LicenseState instance={instance} />
    </Fact>
    <Fact name="Customer">
      {customer ? <Linked to={`/customers/${customer.slug}`} name={customer.name} /> : 'deleted'}
    </Fact>
    <Fact name="License">{license ? <Linked to={`/licenses/${license.slug}`} name={license.name} /> : 'deleted'}</Fact>
    <Fact name="License dates (UTC)">
      <LicenseDates instance={instance} />
    </Fact>
    <Fact name="Zone">{zone ? <Linked to={`/deployment-zones/${zone.slug}`} name={zone.name} /> : <None />}</Fact>
  </dl>
)

const Fact = ({ name, children }: { name: string; children: Content }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const states = {
  deleted: ['neutral', 'deleted'],
  upcoming: ['info', 'not started'],
  active: ['good', 'active'],
  ending: ['bad', 'ends soon'],
  ended: ['bad', 'ended'],
} as const satisfies Record<ReturnType<typeof licenseStateOf>, readonly [Meaning, string]>

export const LicenseState = ({ instance }: { instance: InstanceView }) => {
  const [meaning, word] = states[licenseStateOf(instance, useFrame().now)]
  return <Status is={meaning}>{word}</Status>
}

/** Both days, in UTC; red where the license has ended or soon will. */
export const LicenseDates = ({ instance }: { instance: InstanceView }) => {
  const { startLicenseDate, endLicenseDate } = instance
  const isUrgent = ['ending', 'ended'].includes(licenseStateOf(instance, useFrame().now))
  return (
    <>
      <span class="text-nowrap">
        <Time of={startLicenseDate} isDay /> –
      </span>{' '}
      <span class={isUrgent ? 'text-urgent' : undefined}>
        <Time of={endLicenseDate} isDay />
      </span>
    </>
  )
}
