import type { EntitlementRecord } from '../src/domain/entitlement.ts'
import { unlimited } from '../src/domain/entitlement.ts'
import type { Fields } from '../src/domain/form.ts'
import type { GrantChangePreview, OverUse } from '../src/domain/grant-change.ts'
import type { GrantView, LicenseRecord } from '../src/domain/license.ts'
import { Card } from './card.tsx'
import { Form } from './form.tsx'
import { quotaText } from './grant-value.tsx'
import { Layout } from './layout.tsx'
import { crumbsToLicense } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'
import { Linked } from './linked.tsx'
import { Notice } from './notice.tsx'
import { grouped } from './progress.tsx'
import { Status } from './status.tsx'
import { Table } from './table.tsx'

interface ConfirmGrantChangeProps {
  license: LicenseRecord
  entitlement: EntitlementRecord
  grant: GrantView
  preview: GrantChangePreview
  /** Of the form that was sent: it is sent once more. */
  fields: Fields
}

/** Before a limit is lowered below what is used: who that is, and the way back. */
export function ConfirmGrantChange({ license, entitlement, grant, preview, fields }: ConfirmGrantChangeProps) {
  const { total, over } = preview
  const last = (name: string) => fields.get(name)?.at(-1)
  const before = grant.value.type === 'number' ? grant.value.value : 0
  const after = last('_unlimited') === 'true' ? unlimited : Number(last('value.value'))
  const who = total === 1 ? '1 instance' : `${total.toLocaleString('en-US')} instances`
  const to = licenseAddress(license)
  return (
    <Layout title={`${who} would be over the new limit`} above={crumbsToLicense(license)}>
      <Notice kind="warning" title={`${entitlement.name}: ${quotaText(before, grant)} → ${quotaText(after, grant)}`}>
        Nothing is saved yet. Reports that add to a use over the limit are refused from the next one on
        {entitlement.resetPeriod ? ', until the period ends.' : '.'}
      </Notice>
      <Card isFlush>
        <Table label="Instances that would be over" columns={columns} rows={over} keyOf={({ id }) => id} />
        {total > over.length && (
          <p class="list-nothing text-secondary">
            And {(total - over.length).toLocaleString('en-US')} more, with less use than these.
          </p>
        )}
      </Card>
      <Card>
        <Form
          action={`${to}/entitlements/${entitlement.slug}/edit`}
          submit="Save all the same"
          isDangerous
          cancel={`${to}/entitlements/${entitlement.slug}/edit`}
          revision={Number(last('_revision') ?? grant.revision)}
        >
          <input type="hidden" name="_confirmed" value="true" />
          {kept.map(
            name => last(name) !== undefined && <input key={name} type="hidden" name={name} value={last(name)} />,
          )}
        </Form>
      </Card>
    </Layout>
  )
}

const kept = ['value.type', 'value.value', '_unlimited', 'limitCapExceededOveragePercent']

const columns = [
  {
    title: 'Instance',
    cell: ({ name, slug, customerSlug }: OverUse) => (
      <Linked to={`/customers/${customerSlug}/instances/${slug}`} name={name} />
    ),
  },
  {
    title: 'Customer',
    cell: ({ customerSlug }: OverUse) => <Linked to={`/customers/${customerSlug}`} name={customerSlug} />,
  },
  { title: 'Use', isNumber: true, cell: ({ use }: OverUse) => grouped(use) },
  {
    title: 'Now',
    cell: ({ wasOver }: OverUse) =>
      wasOver ? <Status is="bad">Over already</Status> : <Status is="good">Within</Status>,
  },
]
