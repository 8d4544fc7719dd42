import type { ReleaseView } from '../src/domain/release.ts'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { useField } from './form-state.ts'
import { Layout } from './layout.tsx'
import { releaseAddress, releasesAbove } from './releases.tsx'

/** Stands in the address for making a release from none. No slug is as short. */
export const fromNone = '-'

/** A version that can be chosen. */
interface Option {
  slug: string
  version: string
}

/** One component in the form: the version that the previous release has, and those there are, newest first. */
export interface Part {
  name: string
  kept: Option | undefined
  versions: readonly Option[]
}

interface NewReleaseProps {
  from: ReleaseView | undefined
  /** The newest releases, to start from. */
  releases: readonly Option[]
  parts: readonly Part[]
  /** There are more components than a form has room for. */
  isCut: boolean
}

/** A release made from another: its components are chosen already, and each version can be changed. */
export const NewRelease = ({ from, releases, parts, isCut }: NewReleaseProps) => (
  <Layout title="New release" above={releasesAbove} isNarrow>
    <Card>
      {releases.length > 0 && <StartFrom from={from} releases={releases} />}
      <Form action="/releases/new" submit="Create release" cancel={from ? releaseAddress(from) : '/releases'}>
        <TextField
          name="version"
          label="Version"
          isRequired
          isCode
          autofocus
          longest={100}
          placeholder={from ? `after ${from.version}` : '2026.11'}
          hint="A release never changes once it is made."
        />
        <TextArea name="description" label="Description" lines={2} />
        <Parts from={from} parts={parts} isCut={isCut} />
      </Form>
    </Card>
  </Layout>
)

/** With a script the components below follow the choice; without one the button shows the page anew. */
const StartFrom = ({ from, releases }: Pick<NewReleaseProps, 'from' | 'releases'>) => (
  <form
    class="start-from"
    action="/releases/new"
    hx-get="/releases/new"
    hx-trigger="change"
    hx-target="#parts"
    hx-select="#parts"
    hx-swap="outerHTML"
    hx-replace-url="true"
  >
    <label class="form-label" for="start-from">
      Made from
    </label>
    <select class="form-select" id="start-from" name="from">
      <option value={fromNone}>none: start empty</option>
      {from && !releases.some(({ slug }) => slug === from.slug) && (
        <option value={from.slug} selected>
          {from.version}
        </option>
      )}
      {releases.map(({ slug, version }) => (
        <option value={slug} selected={slug === from?.slug}>
          {version}
        </option>
      ))}
    </select>
    <button type="submit" class="btn" data-needless>
      Start from it
    </button>
  </form>
)

function Parts({ from, parts, isCut }: Pick<NewReleaseProps, 'from' | 'parts' | 'isCut'>) {
  const { id, error, typed } = useField('componentSlugs', { ofParts: true })
  return (
    <fieldset id="parts" class="field" aria-describedby={error ? `${id}-error` : undefined}>
      <legend class="form-label">Components</legend>
      <input type="hidden" name="previousReleaseId" value={from?.slug ?? ''} />
      {/* So that a release without any can be sent as well. */}
      <input type="hidden" name="componentSlugs" value="" />
      {parts.length === 0 && (
        <>
          <p class="text-secondary">There are no components yet. Make them first: a release is made of them.</p>
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/components"
            body={{ name: 'API server', version: '1.0.0' }}
          />
        </>
      )}
      {parts.map((part, index) => (
        <PartField {...part} id={`${id}-${index}`} typed={typed} />
      ))}
      {isCut && <div class="form-hint">Only the newest components are listed; others can be named with the API.</div>}
      {error && (
        <div class="field-error" id={`${id}-error`}>
          Components {error}
        </div>
      )}
    </fieldset>
  )
}

function PartField({ id, name, kept, versions, typed }: Part & { id: string; typed: readonly string[] | undefined }) {
  const chosen = typed ? versions.find(({ slug }) => typed.includes(slug))?.slug : kept?.slug
  const isBehind = kept !== undefined && versions[0]?.slug !== kept.slug
  return (
    <div class="part">
      <label for={id}>{name}</label>
      <div>
        <select class="form-select font-monospace" id={id} name="componentSlugs">
          <option value="">not in it</option>
          {versions.map(({ slug, version }, index) => (
            <option value={slug} selected={slug === chosen}>
              {version + (slug === kept?.slug ? ' · as before' : index === 0 ? ' · newest' : '')}
            </option>
          ))}
        </select>
        {isBehind && <div class="form-hint">{versions[0]?.version} is newer.</div>}
      </div>
    </div>
  )
}
