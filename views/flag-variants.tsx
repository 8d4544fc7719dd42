import type { FlagRecord, FlagType } from '../src/domain/flag.ts'
import { servedBy, type VariantDraft } from '../src/domain/variant-draft.ts'
import { Card } from './card.tsx'
import { SelectField } from './choices.tsx'
import { FirstButton, ItemButtons, redraw } from './draft-form.tsx'
import { JsonField, TextArea, TextField } from './fields.tsx'
import { addressOf, FlagLayout } from './flag-layout.tsx'
import { Form } from './form.tsx'
import { useField } from './form-state.ts'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import { Table } from './table.tsx'

interface FlagVariantsProps {
  flag: FlagRecord
  variants: readonly VariantDraft[]
  focus?: string | undefined
  hasChanged?: boolean
}

export function FlagVariants({ flag, variants, focus, hasChanged = false }: FlagVariantsProps) {
  const action = `${addressOf(flag)}/variants`
  if (!useFrame().mayOpen(action, 'POST'))
    return (
      <FlagLayout flag={flag}>
        <VariantTable flag={flag} />
      </FlagLayout>
    )
  return (
    <FlagLayout flag={flag}>
      <Card>
        <Form
          action={action}
          submit="Save variants"
          cancel={addressOf(flag)}
          revision={flag.revision}
          hasChanged={hasChanged}
          class="editor"
        >
          <FirstButton />
          <VariantRows
            {...{ variants, action, focus }}
            type={flag.type}
            note={({ key }) => <ServedBy flag={flag} variant={key} />}
            hint="The values this flag can resolve to. Renaming one renames it in the rules and the default as well."
          />
        </Form>
      </Card>
    </FlagLayout>
  )
}

interface VariantRowsProps {
  type: FlagType
  variants: readonly VariantDraft[]
  /** Where the form is sent. */
  action: string
  hint: string
  /** The name of the field that was just added. */
  focus?: string | undefined
  note: (variant: VariantDraft) => Content
}

/** Variants to edit, with a control that fits the type. */
export function VariantRows({ type, variants, action, hint, focus, note }: VariantRowsProps) {
  const { error } = useField('variants')
  return (
    <fieldset class="field" id="variants">
      <legend class="form-label">Variants</legend>
      <div class="form-hint">{hint}</div>
      <ol class="items" data-order="variants">
        {variants.map((variant, index) => {
          const at = `variants[${index}]`
          return (
            <li class="item variant" data-order-item>
              <input type="hidden" name={`${at}.key`} value={variant.key} />
              <TextField
                name={`${at}.name`}
                label="Name"
                value={variant.name}
                isRequired
                isCode
                autofocus={focus === `${at}.name`}
              />
              <VariantValue type={type} name={`${at}.value`} text={variant.value} />
              <TextField
                name={`${at}.description`}
                label="Description"
                value={variant.description}
                longest={4000}
                placeholder="What it means"
              />
              <div class="item-buttons">
                <ItemButtons name={variant.name || `variant ${index + 1}`} index={index} />
              </div>
              <div class="item-note">{note(variant)}</div>
            </li>
          )
        })}
      </ol>
      {error && <div class="field-error">Variants {error}</div>}
      <button type="submit" class="btn" formnovalidate name="_do" value="add" {...redraw(action)}>
        <Icon name="plus" /> Add a variant
      </button>
    </fieldset>
  )
}

function VariantValue({ type, name, text }: { type: FlagType; name: string; text: string }) {
  const props = { name, label: 'Value' }
  if (type === 'boolean') return <SelectField {...props} choices={trueAndFalse} value={text} isRequired />
  if (type === 'object') return <JsonField {...props} text={text} lines={3} isRequired />
  if (type === 'number') return <TextField {...props} value={text} isRequired isCode longest={40} />
  return <TextArea {...props} value={text} lines={1} longest={65_000} />
}

const trueAndFalse = ['true', 'false'].map(value => ({ value, label: value }))

function ServedBy({ flag, variant }: { flag: FlagRecord; variant: string }) {
  const places = servedBy(flag, variant)
  if (places.length === 0) return <span class="text-secondary">Served by no rule, and not the default.</span>
  return <span class="text-secondary">Served by {places.join(', ')}.</span>
}

/** What there is, to read. */
export const VariantTable = ({ flag }: { flag: FlagRecord }) => (
  <Card title="Variants" isFlush>
    <Table
      label="variants"
      rows={flag.variants}
      columns={[
        { title: 'Name', cell: ({ name }) => <code>{name}</code> },
        { title: 'Value', cell: ({ value }) => <code class="value">{shortly(value)}</code> },
        { title: 'Description', cell: ({ description }) => description ?? '' },
        { title: 'Served by', cell: ({ name }) => servedBy(flag, name).join(', ') || '—' },
      ]}
    />
  </Card>
)

const longestShown = 300

/** A value as JSON, cut where it would fill the page. */
export function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > longestShown ? `${text.slice(0, longestShown)} …` : text
}
