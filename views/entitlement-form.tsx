import type { EntitlementRecord } from '../src/domain/entitlement.ts'
import { Card } from './card.tsx'
import { RadioField, SelectField } from './choices.tsx'
import { Definitions } from './definitions.tsx'
import { aggregationWords, anchorWords, choicesOf, meterWords, resetWords, typeWords } from './entitlement-words.ts'
import { aboveEntitlement, entitlementAddress } from './entitlements.tsx'
import { NumberField, SlugField, TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'

export const NewEntitlement = () => (
  <Layout title="New entitlement" above={aboveEntitlement} isNarrow>
    <Card>
      <Form action="/entitlements/new" submit="Create entitlement" cancel="/entitlements" class="entitlement-form">
        <TextField name="name" label="Name" isRequired autofocus placeholder="API calls" />
        <SlugField kind="entitlement" />
        <Description />
        <RadioField name="type" label="Type" choices={choicesOf(typeWords)} value="NUMBER" isRequired />
        <fieldset class="only-number">
          <legend class="h3">How it is measured</legend>
          <Measuring />
          <Units />
        </fieldset>
      </Form>
    </Card>
  </Layout>
)

/** `isFixed`: it is granted or has use, so that its numbers would change their meaning. */
export const EditEntitlement = ({ entitlement, isFixed }: { entitlement: EntitlementRecord; isFixed: boolean }) => {
  const to = entitlementAddress(entitlement)
  const isNumber = entitlement.type === 'NUMBER'
  return (
    <Layout title="Edit" above={[...aboveEntitlement, { to, name: entitlement.name }]} isNarrow>
      <Card>
        <Form
          action={`${to}/edit`}
          submit="Save"
          cancel={to}
          revision={entitlement.revision}
          class={isFixed ? undefined : 'entitlement-form'}
        >
          <TextField name="name" label="Name" value={entitlement.name} isRequired autofocus />
          <Description value={entitlement.description} />
          {isFixed && <Fixed {...entitlement} />}
          {!isFixed && (
            <RadioField name="type" label="Type" choices={choicesOf(typeWords)} value={entitlement.type} isRequired />
          )}
          {(isNumber || !isFixed) && (
            <fieldset class="only-number">
              {!isFixed && <legend class="h3">How it is measured</legend>}
              {!isFixed && <Measuring {...entitlement} />}
              <Units {...entitlement} />
            </fieldset>
          )}
        </Form>
      </Card>
    </Layout>
  )
}

const Fixed = ({ type, meterType, aggregationMethod, resetPeriod, resetAnchor }: EntitlementRecord) => (
  <div class="field">
    <Notice title="How it is measured stays as it is">
      A license grants it or an instance has used it: the numbers that are kept would change their meaning. For another
      way, make another entitlement.
    </Notice>
    <Definitions
      of={[
        ['Type', typeWords[type].label],
        ...(meterType && aggregationMethod
          ? ([
              ['Reports', meterWords[meterType].label],
              ['Aggregation', aggregationWords[aggregationMethod].label],
              ['Starts over', resetPeriod ? resetWords[resetPeriod].label : 'Never'],
              ['Periods begin', resetAnchor ? anchorWords[resetAnchor].label : null],
            ] as const)
          : []),
      ]}
    />
  </div>
)

const Description = ({ value }: { value?: string | null }) => (
  <TextArea
    name="description"
    label="Description"
    value={value}
    lines={2}
    hint="What it is for, in a sentence to your colleagues."
  />
)

const Measuring = (of: Partial<EntitlementRecord>) => (
  <>
    <RadioField
      name="meterType"
      label="What apps report"
      choices={choicesOf(meterWords)}
      value={of.meterType ?? 'RAW_EVENT'}
    />
    <RadioField
      name="aggregationMethod"
      label="Aggregation"
      choices={choicesOf(aggregationWords)}
      value={of.aggregationMethod ?? 'SUM'}
      hint="What the reports of one period come to, and is held against the limit."
    />
    <SelectField
      name="resetPeriod"
      label="Starts over"
      none="Never: it counts for as long as the instance lives"
      choices={choicesOf(resetWords)}
      value={of.resetPeriod}
      hint="When use goes back to zero, so that the quota is there anew."
    />
    <div class="only-reset">
      <RadioField
        name="resetAnchor"
        label="When a period begins"
        choices={choicesOf(anchorWords)}
        value={of.resetAnchor ?? 'CALENDAR'}
      />
    </div>
  </>
)

const Units = (of: Partial<EntitlementRecord>) => (
  <>
    <div class="side-by-side">
      <TextField name="unitSingular" label="Unit of one" value={of.unitSingular} longest={50} placeholder="call" />
      <TextField name="unitPlural" label="Unit of many" value={of.unitPlural} longest={50} placeholder="calls" />
    </div>
    <NumberField
      name="warningThresholdPercent"
      label="Warns at"
      unit="% of the limit"
      value={of.warningThresholdPercent ?? 80}
      hint="An event is sent once use gets there. 0 never warns."
    />
  </>
)
