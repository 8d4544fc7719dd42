import type { LicenseRecord } from '../src/domain/license.ts'
import { Card } from './card.tsx'
import { RadioField, SelectField, SwitchField } from './choices.tsx'
import { choicesOf, licenseTypeWords } from './entitlement-words.ts'
import { SlugField, TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { aboveLicenses, crumbsToLicense, versionedName } from './license-layout.tsx'
import { licenseAddress } from './license-link.tsx'
import { Notice } from './notice.tsx'

export const NewLicense = ({ copies }: { copies: readonly LicenseRecord[] }) => (
  <Layout title="New license" above={aboveLicenses} isNarrow>
    <Card>
      <Form action="/licenses/new" submit="Create license" cancel="/licenses">
        <TextField name="name" label="Name" isRequired autofocus placeholder="Pro" />
        <SlugField
          kind="license"
          hint="Its name in addresses and in the API, and that of its family: later versions get -v2, -v3 behind it. It never changes."
        />
        <Type value="PAID" />
        <Words />
        {copies.length > 0 && (
          <SelectField
            name="copyGrantsFrom"
            label="Starts with the entitlements of"
            none="None: add them afterwards"
            choices={copies.map(license => ({ value: license.slug, label: versionedName(license) }))}
          />
        )}
        <Activity isDefault={false} />
      </Form>
    </Card>
  </Layout>
)

export const EditLicense = ({ license }: { license: LicenseRecord }) => (
  <Layout title="Edit" above={crumbsToLicense(license)} isNarrow>
    <Card>
      <Form
        action={`${licenseAddress(license)}/edit`}
        submit="Save"
        cancel={licenseAddress(license)}
        revision={license.revision}
      >
        <TextField name="name" label="Name" value={license.name} isRequired autofocus />
        <Type value={license.type} />
        <Words {...license} />
      </Form>
    </Card>
  </Layout>
)

export const NewVersion = ({ license, next, grants }: { license: LicenseRecord; next: number; grants: number }) => (
  <Layout title={`Version ${next} of ${license.name}`} above={crumbsToLicense(license)} isNarrow>
    <Card>
      <Form
        action={`${licenseAddress(license)}/new-version`}
        submit={`Create version ${next}`}
        cancel={licenseAddress(license)}
      >
        <div class="field">
          <Notice title={`It starts as a copy of version ${license.version}`}>
            With the same {grants === 1 ? 'entitlement' : `${grants} entitlements`}, which you can then change.
            Instances stay on their version until you move them.
          </Notice>
        </div>
        <TextField name="name" label="Name" value={license.name} isRequired />
        <Type value={license.type} />
        <Words description={license.description} versionName={null} />
        <Activity isDefault={license.isDefault} />
      </Form>
    </Card>
  </Layout>
)

const Type = ({ value }: { value: string }) => (
  <RadioField name="type" label="Type" choices={choicesOf(licenseTypeWords)} value={value} isRequired />
)

const Words = ({ description, versionName }: { description?: string | null; versionName?: string | null }) => (
  <>
    <TextArea name="description" label="Description" value={description} lines={2} />
    <TextField
      name="versionName"
      label="Version name"
      value={versionName}
      longest={100}
      hint="What people call this version: Spring 2026."
    />
  </>
)

const Activity = ({ isDefault }: { isDefault: boolean }) => (
  <>
    <SwitchField name="isActive" label="Active" hint="It can be put on instances." isOn />
    <SwitchField
      name="isDefault"
      label="Default"
      hint="Instances that are made without naming a license get it. It takes this from the license that was."
      isOn={isDefault}
    />
  </>
)
