import type { LicenseRecord } from '../src/domain/license.ts'
import type { ChangeKind, EntitlementChange, GrantSide } from '../src/domain/license-change.ts'
import { licenseStateOf } from '../src/domain/license-state.ts'
import { Card } from './card.tsx'
import { Definitions } from './definitions.tsx'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import { crumbsTo, type InstanceHead, instanceAddress } from './instance-layout.tsx'
import { PlaceField, type Places } from './instance-places.tsx'
import { Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { Notice } from './notice.tsx'
import { grouped } from './progress.tsx'
import { type Meaning, Status } from './status.tsx'
import { Table } from './table.tsx'

interface ChangeLicenseProps {
  head: InstanceHead
  licenses: Places
  /** What was asked for, whether or not there is such a license. */
  wanted: string | undefined
  license: LicenseRecord | undefined
  changes: readonly EntitlementChange[] | undefined
  /** Goes with the consent: what it was given to. */
  seen: string | undefined
}

export const ChangeLicense = (props: ChangeLicenseProps) => {
  const { head, licenses, wanted } = props
  const address = instanceAddress(head.instance, 'license')
  return (
    <Layout title="Change license" above={crumbsTo(head)}>
      <Card>
        <form
          action={address}
          class="choose-license"
          hx-get={address}
          hx-trigger="change, submit"
          hx-target="#preview"
          hx-select="#preview"
          hx-swap="outerHTML"
          hx-replace-url="true"
          hx-sync="this:replace"
        >
          <Definitions of={[['License now', head.license ? nameOf(head.license) : 'deleted']]} />
          <PlaceField
            name="to"
            label="License from now on"
            isRequired
            places={{ ...licenses, items: licenses.items.filter(({ slug }) => slug !== head.license?.slug) }}
            value={wanted}
            none="Choose a license"
            hint="Nothing changes yet: first you see what would."
          />
          <div data-needless>
            <button type="submit" class="btn">
              Show what would change
            </button>
          </div>
        </form>
      </Card>
      <div id="preview" class="content" aria-live="polite">
        <Preview {...props} />
      </div>
    </Layout>
  )
}

const nameOf = ({ name, version }: LicenseRecord): string => `${name} (version ${version})`

const Preview = ({ head, wanted, license, changes, seen }: ChangeLicenseProps) => {
  if (wanted === undefined) return null
  if (!license || !changes) return <Notice kind="danger" title={`There is no license ${wanted}`} />
  if (license.id === head.instance.licenseId)
    return <Notice title={`${head.instance.name} is on this license already`} />
  const { instance } = head
  return (
    <>
      <Summary changes={changes} instance={instance} />
      <Card
        isFlush
        title={`What changes from ${head.license ? nameOf(head.license) : 'a deleted license'} to ${nameOf(license)}`}
      >
        {changes.length === 0 ? (
          <p class="list-nothing">Neither license grants anything yet.</p>
        ) : (
          <Table label="What changes" rows={changes} columns={columns} />
        )}
      </Card>
      <Card>
        <Form
          action={instanceAddress(instance, 'license')}
          submit={`Change to ${license.name}`}
          cancel={instanceAddress(instance)}
          revision={instance.revision}
        >
          <input type="hidden" name="licenseSlug" value={license.slug} />
          <input type="hidden" name="_seen" value={seen} />
          <p class="text-secondary">
            It takes effect for the very next request of {instance.name}; nothing has to be restarted. Its license dates
            stay as they are, and what it has used is kept.
          </p>
        </Form>
      </Card>
    </>
  )
}

type SummaryProps = Pick<ChangeLicenseProps['head'], 'instance'> & { changes: readonly EntitlementChange[] }

const Summary = ({ changes, instance }: SummaryProps) => {
  const state = licenseStateOf(instance, useFrame().now)
  const over = changes.filter(change => change.over)
  const lost = changes.filter(({ kind, over }) => !over && (kind === 'removed' || kind === 'lowered'))
  return (
    <>
      {(state === 'ended' || state === 'upcoming') && (
        <Notice
          kind="warning"
          title={state === 'ended' ? 'The time of its license has ended' : 'The time of its license has not begun'}
        >
          Whatever license it is on, it is granted nothing outside of its license dates. Those are changed under{' '}
          <a href={instanceAddress(instance, 'edit')}>Edit</a>.
        </Notice>
      )}
      {over.length > 0 && (
        <Notice
          kind="danger"
          title={`${over.length === 1 ? 'One use' : `${over.length} uses`} would be over: reports would be refused`}
        >
          {named(over)}. What was counted stays; further reports are accepted again once the use is within the new
          limit, or a new period begins.
        </Notice>
      )}
      {lost.length > 0 && (
        <Notice
          kind="warning"
          title={`${lost.length === 1 ? 'One entitlement' : `${lost.length} entitlements`} would be less or gone`}
        >
          {named(lost)}.
        </Notice>
      )}
      {over.length + lost.length === 0 && <Notice kind="success" title="Nothing would be less than it is now" />}
    </>
  )
}

const named = (changes: readonly EntitlementChange[]): string => {
  const names = changes.slice(0, 10).map(({ name }) => name)
  return names.join(', ') + (changes.length > 10 ? ` and ${changes.length - 10} more` : '')
}

const words: Record<ChangeKind, readonly [Meaning, string]> = {
  removed: ['bad', 'removed'],
  lowered: ['warning', 'lowered'],
  changed: ['info', 'changed'],
  added: ['good', 'added'],
  raised: ['good', 'raised'],
  same: ['neutral', 'same'],
}

const columns = [
  {
    title: 'Entitlement',
    cell: ({ slug, name }: EntitlementChange) => <Linked to={`/entitlements/${slug}`} name={name} />,
  },
  { title: 'Now', cell: ({ before }: EntitlementChange) => <Side side={before} /> },
  { title: 'Then', cell: ({ after }: EntitlementChange) => <Side side={after} /> },
  { title: 'Change', cell: (change: EntitlementChange) => <Change {...change} /> },
  { title: 'Use now', cell: (change: EntitlementChange) => <Use {...change} /> },
]

const Side = ({ side }: { side: GrantSide | undefined }) => {
  if (!side) return <span class="text-secondary">not granted</span>
  const { value, overagePercent } = side
  if (value.type === 'boolean') return <>{value.value ? 'on' : 'off'}</>
  if (value.type === 'object') return <ConfigValue value={value.value} />
  if (value.value === -1) return <>unlimited</>
  return (
    <>
      {grouped(value.value)}
      {overagePercent > 0 && <span class="text-secondary"> + {grouped(overagePercent)} % overage</span>}
    </>
  )
}

const ConfigValue = ({ value }: { value: unknown }) => {
  const text = JSON.stringify(value)
  return <code>{text.length > 300 ? `${text.slice(0, 299)}…` : text}</code>
}

const Change = ({ kind, type, before, after }: EntitlementChange) => {
  const [meaning, word] = words[kind]
  const isSwitch = type === 'BOOLEAN' && before !== undefined && after !== undefined && kind !== 'same'
  return <Status is={meaning}>{isSwitch ? (kind === 'raised' ? 'switched on' : 'switched off') : word}</Status>
}

const Use = ({ use, over, wasOver }: EntitlementChange) => {
  if (use === undefined) return <span class="text-secondary">not metered</span>
  if (!over) return <>{grouped(use)}</>
  return (
    <span class="text-urgent">
      {grouped(use)}, {wasOver ? 'over as it is now' : 'over'}
    </span>
  )
}
