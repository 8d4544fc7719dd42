import type { EntitlementRecord } from '../src/domain/entitlement.ts'
import type { Fields } from '../src/domain/form.ts'
import type { GrantView, LicenseRecord } from '../src/domain/license.ts'
import { Card } from './card.tsx'
import { Form } from './form.tsx'
import { GrantChange, type GrantChangeView } from './grant-change.tsx'
import { GrantValue } from './grant-value.tsx'
import { Layout } from './layout.tsx'
import { crumbsToLicense } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'

interface ConfirmationProps {
  license: LicenseRecord
  entitlement: EntitlementRecord
  before: GrantView
  after: GrantView
  change: GrantChangeView
  /** Of the form that was sent: it is sent once more. */
  fields: Fields
}

/** Before a limit is lowered below what is used: who that is, and the way back. */
export function ConfirmGrantChange({ license, entitlement, before, after, change, fields }: ConfirmationProps) {
  const edit = `${licenseAddress(license)}/entitlements/${entitlement.slug}/edit`
  const last = (name: string) => fields.get(name)?.at(-1)
  return (
    <Layout title={`Change ${entitlement.name}?`} above={crumbsToLicense(license)}>
      <GrantChange change={change} />
      <Card title="Nothing is saved yet">
        <p>
          From <Granted {...before} /> to <Granted {...after} />
        </p>
        <Form
          action={edit}
          submit="Save all the same"
          isDangerous
          cancel={edit}
          revision={Number(last('_revision') ?? before.revision)}
        >
          <input type="hidden" name="_confirmed" value="true" />
          {kept.map(name => last(name) !== undefined && <input type="hidden" name={name} value={last(name)} />)}
        </Form>
      </Card>
    </Layout>
  )
}

const kept = ['value.type', 'value.value', '_unlimited', 'limitCapExceededOveragePercent']

const Granted = (grant: GrantView) => (
  <strong>
    <GrantValue value={grant.value} of={grant} />
    {grant.limitCapExceededOveragePercent > 0 && ` and ${grant.limitCapExceededOveragePercent} % over`}
  </strong>
)
