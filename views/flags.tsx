import type { FlagRecord } from '../src/domain/flag.ts'
import type { Page } from '../src/domain/list.ts'
import { Action } from './action.tsx'
import { addressWith } from './address.ts'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { FilterSelect } from './filters.tsx'
import { above, addressOf, FlagSwitch } from './flag-layout.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Badge } from './status.tsx'
import { Time } from './time.tsx'

interface FlagListProps {
  leaf: Page<FlagRecord>
  query: ListView & { type?: string | undefined; enabled?: string | undefined }
}

export function FlagList({ leaf, query }: FlagListProps) {
  const then = addressWith(useFrame().path, query)
  return (
    <Layout
      title="Feature flags"
      actions={
        <>
          <Action to="/feature-flags/lint">Check a rule</Action>
          {newFlag}
        </>
      }
    >
      <List
        of="feature flags"
        leaf={leaf}
        query={query}
        filters={
          <>
            <FilterSelect name="type" label="Type" value={query.type} choices={types} />
            <FilterSelect name="enabled" label="Enabled" value={query.enabled} choices={onAndOff} />
          </>
        }
        columns={[
          { title: 'Name', sort: 'name', cell: flag => <a href={addressOf(flag)}>{flag.name}</a> },
          { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
          { title: 'Type', cell: ({ type }) => <Badge>{type}</Badge> },
          { title: 'Enabled', cell: flag => <FlagSwitch flag={flag} then={then} isInPlace /> },
          { title: 'Rules', isNumber: true, cell: ({ targetingRules }) => targetingRules.length },
          { title: 'Changed', sort: 'updatedAt', cell: ({ updatedAt }) => <Time of={updatedAt} /> },
        ]}
        empty={
          <Empty
            icon="flag"
            title="No feature flags yet"
            hint="A flag is a switch your app asks for while it runs: on for some customers, off for others, without a release."
            action={newFlag}
          >
            <Curl
              title="Create one with the API"
              method="POST"
              path="/api/feature-flags"
              body={{ name: 'New checkout', type: 'boolean' }}
            />
          </Empty>
        }
      />
    </Layout>
  )
}

const newFlag = (
  <Action to="/feature-flags/new" icon="plus" isPrimary>
    New feature flag
  </Action>
)

const types = ['boolean', 'string', 'number', 'object']
const onAndOff = [
  { value: 'true', label: 'Enabled' },
  { value: 'false', label: 'Disabled' },
]

/** Between a link and the switch, for whoever comes to its address. */
export const ConfirmSwitch = ({ flag }: { flag: FlagRecord }) => (
  <Layout title={flag.enabled ? 'Turn off' : 'Turn on'} above={[...above, { to: addressOf(flag), name: flag.name }]}>
    <div class="card">
      <div class="card-body">
        <p>
          {flag.name} is {flag.enabled ? 'on' : 'off'} now. A change holds for the very next evaluation.
        </p>
        <FlagSwitch flag={flag} then={addressOf(flag)} />
      </div>
    </div>
  </Layout>
)
