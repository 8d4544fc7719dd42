import type { z } from 'zod'
import type { CustomerRecord } from '../src/domain/customer.ts'
import type { GrantingLicenseRecord } from '../src/domain/license.ts'
import type { Page } from '../src/domain/list.ts'
import type { UsageAnswer } from '../src/domain/usage-answer.ts'
import { Action } from './action.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { EntitlementLayout, type EntitlementProps, entitlementAddress } from './entitlements.tsx'
import { GrantValue } from './grant-value.tsx'
import { LicenseLink, LicenseState } from './license-link.tsx'
import { Linked } from './linked.tsx'
import { List, type ListView } from './list.tsx'
import { Progress } from './progress.tsx'
import { Status } from './status.tsx'
import { Time } from './time.tsx'

/** Use of the entitlement by one instance. */
export interface InstanceUse {
  id: string
  name: string
  customerName: string
  customerSlug: string
  use: z.infer<typeof UsageAnswer>
}

type TabProps<Row> = EntitlementProps & { leaf: Page<Row>; query: ListView }

export const EntitlementUsage = ({ leaf, query, ...shown }: TabProps<InstanceUse>) => (
  <EntitlementLayout {...shown}>
    <List
      of="instances"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Instance', sort: 'name', cell: row => <InstanceOf {...row} /> },
        {
          title: 'Customer',
          cell: row => <Linked to={`/customers/${row.customerSlug}`} name={row.customerName} />,
        },
        {
          title: 'Use',
          sort: 'percent',
          cell: ({ name, use }) => (
            <Progress
              label={`${shown.entitlement.name} of ${name}`}
              value={use.current_usage}
              maximum={use.status === 'INACTIVE' ? 0 : use.limit}
              warningPercent={shown.entitlement.warningThresholdPercent ?? 0}
            />
          ),
        },
        { title: 'State', cell: ({ use }) => <UseState {...use} /> },
        {
          title: 'Starts over',
          cell: ({ use }) => (use.currentPeriodEnd ? <Time of={Date.parse(use.currentPeriodEnd)} /> : 'never'),
        },
      ]}
      empty={
        <Empty
          icon="gauge"
          title="No instance has it yet"
          hint="Grant it in a license, and put the license on an instance: its use shows here from its first report on."
          action={<Action to={`${entitlementAddress(shown.entitlement)}/licenses`}>Licenses that grant it</Action>}
        >
          <Curl
            title="Report use with the API"
            method="POST"
            path={`/api/instances/INSTANCE/entitlements/${shown.entitlement.slug}/usage`}
            body={{ value: 1 }}
          />
        </Empty>
      }
    />
  </EntitlementLayout>
)

const InstanceOf = ({ name, customerSlug, use }: InstanceUse) => (
  <Linked to={`/customers/${customerSlug}/instances/${use.instanceSlug}/entitlements`} name={name} />
)

const states = {
  ACCEPTED: ['good', 'Within'],
  WARNING: ['warning', 'Warning'],
  REACHED: ['bad', 'Reached'],
  INACTIVE: ['neutral', 'License not active'],
} as const

const UseState = ({ status }: InstanceUse['use']) => {
  const [meaning, word] = states[status]
  return <Status is={meaning}>{word}</Status>
}

export const EntitlementLicenses = ({ leaf, query, ...shown }: TabProps<GrantingLicenseRecord>) => (
  <EntitlementLayout {...shown}>
    <List
      of="licenses"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'License', sort: 'name', cell: license => <LicenseLink {...license} /> },
        { title: 'Version', isNumber: true, cell: ({ version }) => version },
        { title: 'Grants', cell: ({ value }) => <GrantValue value={value} of={shown.entitlement} /> },
        ...(shown.entitlement.type === 'NUMBER'
          ? [
              {
                title: 'Overage',
                isNumber: true,
                cell: ({ limitCapExceededOveragePercent: percent }: GrantingLicenseRecord) => `${percent} %`,
              },
            ]
          : []),
        { title: 'State', cell: license => <LicenseState {...license} /> },
      ]}
      empty={
        <Empty
          icon="license"
          title="No license grants it yet"
          hint="It becomes active once a license grants it: open a license and add it there."
          action={<Action to="/licenses">Licenses</Action>}
        >
          <Curl
            title="Grant it with the API"
            method="POST"
            path="/api/licenses/LICENSE/entitlements"
            body={{ entitlementSlug: shown.entitlement.slug, value: exampleValue[shown.entitlement.type] }}
          />
        </Empty>
      }
    />
  </EntitlementLayout>
)

const exampleValue = {
  NUMBER: { type: 'number', value: 1000 },
  BOOLEAN: { type: 'boolean', value: true },
  CONFIG: { type: 'object', value: { regions: ['eu'] } },
}

export const EntitlementCustomers = ({ leaf, query, ...shown }: TabProps<CustomerRecord>) => (
  <EntitlementLayout {...shown}>
    <List
      of="customers"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'Name',
          sort: 'name',
          cell: ({ name, slug }) => <Linked to={`/customers/${slug}`} name={name} />,
        },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Customer since', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
      ]}
      empty={
        <Empty
          icon="building"
          title="No customer has it yet"
          hint="Customers are listed here whose instances have a license that grants it."
        />
      }
    />
  </EntitlementLayout>
)
