import type { ComponentRecord } from '../src/domain/component.ts'
import { Card } from './card.tsx'
import { componentAddress, componentsAbove } from './components.tsx'
import { SlugField, TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'

interface Suggested {
  /** What there is already, to choose from. */
  names: readonly string[]
  slugs: readonly { value: string; label: string }[]
}

/** A component of a new name, or the next version of one. */
export const NewComponent = ({ from, names, slugs }: Suggested & { from: ComponentRecord | undefined }) => (
  <Layout title={from ? `New version of ${from.name}` : 'New component'} above={componentsAbove} isNarrow>
    <Card>
      <Form action="/components/new" submit="Create component" cancel={from ? componentAddress(from) : '/components'}>
        <TextField
          name="name"
          label="Name"
          value={from?.name}
          isRequired
          autofocus={!from}
          placeholder="API server"
          hint="The same name in another version is a version of that component."
          suggestions={names.map(value => ({ value }))}
        />
        <TextField
          name="version"
          label="Version"
          isRequired
          isCode
          autofocus={from !== undefined}
          longest={100}
          placeholder={from ? `after ${from.version}` : '1.0.0'}
        />
        <SlugField
          kind="component"
          hint="Its name in addresses and in the API. Made from name and version where you leave it empty; it never changes."
          from=""
        />
        <TextArea name="description" label="Description" />
        <Previous value={from?.slug} slugs={slugs} />
      </Form>
    </Card>
  </Layout>
)

interface EditProps extends Pick<Suggested, 'slugs'> {
  component: ComponentRecord
  previous: ComponentRecord | undefined
}

export const EditComponent = ({ component, previous, slugs }: EditProps) => (
  <Layout
    title="Edit"
    above={[...componentsAbove, { to: componentAddress(component), name: `${component.name} ${component.version}` }]}
    isNarrow
  >
    <Card>
      <Form
        action={`${componentAddress(component)}/edit`}
        submit="Save"
        cancel={componentAddress(component)}
        revision={component.revision}
      >
        <TextField name="name" label="Name" value={component.name} isRequired autofocus />
        <TextField name="version" label="Version" value={component.version} isRequired isCode longest={100} />
        <TextArea name="description" label="Description" value={component.description} />
        <Previous value={previous?.slug} slugs={slugs} />
      </Form>
    </Card>
  </Layout>
)

const Previous = ({ value, slugs }: Pick<Suggested, 'slugs'> & { value: string | undefined }) => (
  <TextField
    name="previousComponentId"
    label="Comes after"
    value={value}
    isCode
    longest={100}
    suggestions={slugs}
    hint="The slug of the version before it."
  />
)
