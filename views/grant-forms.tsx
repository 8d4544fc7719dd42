import type { EntitlementRecord } from '../src/domain/entitlement.ts'
import { unlimited } from '../src/domain/entitlement.ts'
import type { GrantView, LicenseRecord } from '../src/domain/license.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, DialogLink } from './action.tsx'
import { Card } from './card.tsx'
import { SwitchField } from './choices.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { aggregationWords, resetWords, typeWords } from './entitlement-words.ts'
import { JsonField, NumberField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { crumbsToLicense } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'
import { List, type ListView } from './list.tsx'
import { Notice } from './notice.tsx'
import { Badge } from './status.tsx'

interface ChooseProps {
  license: LicenseRecord
  /** Those that it does not grant yet. */
  leaf: Page<EntitlementRecord>
  query: ListView
}

export const ChooseEntitlement = ({ license, leaf, query }: ChooseProps) => (
  <Layout title="Add entitlement" above={crumbsToLicense(license)}>
    <List
      of="entitlements"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Name', sort: 'name', cell: ({ name }) => name },
        { title: 'Slug', cell: ({ slug }) => <code>{slug}</code> },
        { title: 'Type', cell: ({ type }) => <Badge>{typeWords[type].label}</Badge> },
        {
          title: 'Choose',
          cell: ({ name, slug }) => (
            <DialogLink to={`${licenseAddress(license)}/entitlements/${slug}/add`} icon="plus">
              Add <span class="visually-hidden">{name}</span>
            </DialogLink>
          ),
        },
      ]}
      empty={
        <Empty
          icon="gauge"
          title={`${license.name} grants every entitlement there is`}
          hint="Make another one, then add it here."
          action={
            <Action to="/entitlements/new" icon="plus" isPrimary>
              New entitlement
            </Action>
          }
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/entitlements"
            body={{ name: 'Single sign-on', type: 'BOOLEAN' }}
          />
        </Empty>
      }
    />
  </Layout>
)

interface GrantProps {
  license: LicenseRecord
  entitlement: EntitlementRecord
}

export const AddGrant = ({ license, entitlement, isGranted }: GrantProps & { isGranted: boolean }) => {
  const title = `Add ${entitlement.name}`
  const to = `${licenseAddress(license)}/entitlements/${entitlement.slug}`
  return (
    <Layout title={title} above={crumbsToLicense(license)} isNarrow>
      <Card>
        <h2 class="dialog-title" id="dialog-title">
          {title}
        </h2>
        {isGranted ? (
          <Notice title={`${license.name} grants it already`}>
            <a href={`${to}/edit`}>Change what it grants</a>
          </Notice>
        ) : (
          <Form action={`${to}/add`} submit="Add" cancel={licenseAddress(license)}>
            <ValueFields entitlement={entitlement} />
          </Form>
        )}
      </Card>
    </Layout>
  )
}

export const EditGrant = ({ license, entitlement, grant }: GrantProps & { grant: GrantView }) => {
  const title = `Change ${entitlement.name}`
  return (
    <Layout title={title} above={crumbsToLicense(license)} isNarrow>
      <Card>
        <h2 class="dialog-title" id="dialog-title">
          {title}
        </h2>
        <Form
          action={`${licenseAddress(license)}/entitlements/${entitlement.slug}/edit`}
          submit="Save"
          cancel={licenseAddress(license)}
          revision={grant.revision}
        >
          <ValueFields entitlement={entitlement} grant={grant} />
        </Form>
      </Card>
    </Layout>
  )
}

/** The fields that fit the type. */
function ValueFields({ entitlement, grant }: { entitlement: EntitlementRecord; grant?: GrantView }) {
  const value = grant?.value
  if (entitlement.type === 'BOOLEAN')
    return (
      <>
        <input type="hidden" name="value.type" value="boolean" />
        <SwitchField
          name="value.value"
          label="On"
          hint="Off is as if the license did not have it, and says so."
          isOn={value?.type === 'boolean' ? value.value : true}
        />
      </>
    )
  if (entitlement.type === 'CONFIG')
    return (
      <>
        <input type="hidden" name="value.type" value="object" />
        <JsonField
          name="value.value"
          label="Configuration"
          value={value?.type === 'object' ? value.value : undefined}
          hint={'Any JSON but null, as apps will read it: {"regions": ["eu", "us"]}'}
          isRequired
          autofocus
        />
      </>
    )
  return (
    <Quota
      entitlement={entitlement}
      amount={value?.type === 'number' ? value.value : undefined}
      overage={grant?.limitCapExceededOveragePercent ?? 0}
    />
  )
}

interface QuotaProps {
  entitlement: EntitlementRecord
  amount: number | undefined
  overage: number
}

/** The box sends a name of its own; what it means is said by the page: see quotaInput in src/console/grants.tsx. */
const Quota = ({ entitlement, amount, overage }: QuotaProps) => (
  <div class="quota-fields">
    <input type="hidden" name="value.type" value="number" />
    <div class="only-limited">
      <NumberField
        name="value.value"
        label="Limit"
        value={amount === unlimited ? undefined : amount}
        unit={entitlement.unitPlural ?? entitlement.unitSingular ?? undefined}
        hint={limitHint(entitlement)}
        isRequired
        isConditional
        autofocus
      />
    </div>
    <SwitchField name="_unlimited" label="Unlimited" isOn={amount === unlimited} />
    <div class="only-limited">
      <NumberField
        name="limitCapExceededOveragePercent"
        label="Overage"
        unit="%"
        value={overage}
        hint="How far beyond the limit reports are still accepted, so that nobody is cut off at once. 0 refuses right behind the limit."
        isRequired
        isConditional
      />
    </div>
  </div>
)

const limitHint = ({ aggregationMethod, resetPeriod }: EntitlementRecord): string => {
  const method = aggregationWords[aggregationMethod ?? 'SUM'].label.toLowerCase()
  const period = resetPeriod ? resetWords[resetPeriod].hint : 'for as long as the instance lives'
  return `The most that the ${method} of reports may come to, ${period}. 0 allows nothing.`
}
