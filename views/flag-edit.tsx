import type { FlagRecord, FlagType } from '../src/domain/flag.ts'
import type { VariantDraft } from '../src/domain/variant-draft.ts'
import { Card } from './card.tsx'
import { RadioField, SwitchField } from './choices.tsx'
import { FirstButton, redraw } from './draft-form.tsx'
import { TextArea, TextField } from './fields.tsx'
import { above, aboveOf, addressOf } from './flag-layout.tsx'
import { VariantRows } from './flag-variants.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'

/** A new flag as it is typed. */
export interface FlagDraftTexts {
  name: string
  slug: string
  description: string
  type: FlagType
  enabled: boolean
  variants: readonly VariantDraft[]
  /** Key of the variant that is the default. */
  chosen: string
}

const action = '/feature-flags/new'

const types = [
  { value: 'boolean', label: 'Boolean', hint: 'On or off.' },
  { value: 'string', label: 'String', hint: 'One of several texts: a colour, a plan, a host.' },
  { value: 'number', label: 'Number', hint: 'A limit, a timeout, a price.' },
  { value: 'object', label: 'Object', hint: 'Any JSON: a configuration of several members.' },
]

interface NewFlagProps {
  draft: FlagDraftTexts
  focus?: string | undefined
  hasChanged?: boolean
}

export const NewFlag = ({ draft, focus, hasChanged = false }: NewFlagProps) => (
  <Layout title="New feature flag" above={above} isNarrow>
    <Card>
      <Form action={action} submit="Create feature flag" cancel="/feature-flags" hasChanged={hasChanged} class="editor">
        <FirstButton />
        <TextField
          name="name"
          label="Name"
          value={draft.name}
          isRequired
          autofocus={focus === undefined}
          placeholder="New checkout"
        />
        <TextField
          name="slug"
          label="Slug"
          value={draft.slug}
          isCode
          hint="The key your app asks for. Made from the name where you leave it empty; it never changes."
          data={{ 'data-slug-from': 'name', 'data-slug-kind': 'flag' }}
        />
        <TextArea name="description" label="Description" value={draft.description} lines={2} />
        <div {...redraw(action)} hx-trigger="change" hx-vals='{"_do":"show"}'>
          <RadioField name="type" label="Type" choices={types} value={draft.type} isRequired />
        </div>
        <button type="submit" class="btn mb-3" formnovalidate name="_do" value="show" data-needless>
          Show the variants of this type
        </button>
        <input type="hidden" name="_shown" value={draft.type} />
        <VariantRows
          {...{ action, focus }}
          type={draft.type}
          variants={draft.variants}
          hint="The values it can resolve to, by name. Rules that pick one for some are added afterwards."
          note={({ key, name }) => (
            <label class="form-check mb-0">
              <input
                class="form-check-input"
                type="radio"
                name="_default"
                value={key}
                checked={key === draft.chosen}
                aria-label={`Default: ${name || 'this variant'}`}
              />
              <span class="form-check-label">Default, where no rule decides</span>
            </label>
          )}
        />
        <SwitchField
          name="enabled"
          label="Enabled"
          isOn={draft.enabled}
          hint="While it is off, everybody gets the default and no rule is looked at."
        />
      </Form>
    </Card>
  </Layout>
)

export const EditFlag = ({ flag }: { flag: FlagRecord }) => (
  <Layout title="Edit" above={aboveOf(flag)} isNarrow>
    <Card>
      <Form action={`${addressOf(flag)}/edit`} submit="Save" cancel={addressOf(flag)} revision={flag.revision}>
        <TextField name="name" label="Name" value={flag.name} isRequired autofocus />
        <TextArea name="description" label="Description" value={flag.description} />
        <SwitchField
          name="enabled"
          label="Enabled"
          isOn={flag.enabled}
          hint="While it is off, everybody gets the default and no rule is looked at."
        />
        <TextField
          name="salt"
          label="Salt"
          value={flag.salt}
          isCode
          placeholder={flag.slug}
          hint="What percentages are cut by, beside the targeting key. Flags of one salt pick the same people; a new salt deals them anew."
        />
      </Form>
    </Card>
  </Layout>
)
