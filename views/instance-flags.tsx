import type { z } from 'zod'
import type { FlagVerdict } from '../src/domain/flag-trace.ts'
import { Action } from './action.tsx'
import { addressWith } from './address.ts'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { Labelled, tied } from './fields.tsx'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import { type InstanceHead, InstanceLayout } from './instance-layout.tsx'
import { Json } from './json.tsx'
import { Linked } from './linked.tsx'
import { type Meaning, Status } from './status.tsx'
import { Table } from './table.tsx'

type Verdict = z.infer<typeof FlagVerdict> & { name: string }

interface InstanceFlagsProps {
  head: InstanceHead
  query: { q?: string | undefined; context?: string | undefined; page: number }
  shown: readonly Verdict[]
  total: number
  hasMore: boolean
  /** As it was typed, or the instance's own. */
  context: string
  error: string | undefined
  facts: Record<string, unknown> | null
}

export const InstanceFlags = (props: InstanceFlagsProps) => {
  const { head, query, total } = props
  return (
    <InstanceLayout head={head}>
      {total === 0 && !query.q ? <NoFlags slug={head.instance.slug} /> : <Flags {...props} />}
    </InstanceLayout>
  )
}

const NoFlags = ({ slug }: { slug: string | null }) => (
  <div class="card">
    <Empty
      icon="flag"
      title="No feature flags yet"
      hint="Here every flag stands with the value that this instance gets, and why."
      action={
        <Action to="/feature-flags/new" icon="plus" isPrimary>
          New feature flag
        </Action>
      }
    >
      <Curl title="Ask for all of them with the API" path={`/api/instances/${slug}/feature-flags`} />
    </Empty>
  </div>
)

const Flags = (props: InstanceFlagsProps) => {
  const { head, query, shown, total } = props
  return (
    <>
      <div class="card">
        <search>
          <form class="filter-bar">
            {query.context !== undefined && <input type="hidden" name="context" value={query.context} />}
            <input
              class="form-control"
              type="search"
              name="q"
              value={query.q}
              placeholder="Filter feature flags"
              aria-label="Filter feature flags"
              maxlength={200}
              autocomplete="off"
            />
            <button type="submit" class="btn">
              Filter
            </button>
          </form>
        </search>
        {shown.length > 0 ? (
          <Table label={`Feature flags of ${head.instance.name}`} rows={shown} columns={columns} />
        ) : (
          <p class="list-nothing">No feature flags match.</p>
        )}
        <Pager {...props} />
      </div>
      <ContextCard {...props} />
      {total > 0 && <FactsCard {...props} />}
    </>
  )
}

const columns = [
  {
    title: 'Flag',
    cell: ({ key, name }: Verdict) => (
      <>
        <Linked to={`/feature-flags/${key}`} name={name} />
        {name !== key && (
          <div>
            <code>{key}</code>
          </div>
        )}
      </>
    ),
  },
  { title: 'Value', cell: ({ value, reason }: Verdict) => (reason === 'ERROR' ? 'none' : <Value value={value} />) },
  { title: 'Variant', cell: ({ variant }: Verdict) => variant ?? 'none' },
  { title: 'Reason', cell: (verdict: Verdict) => <Why {...verdict} /> },
]

const Value = ({ value }: { value: unknown }) => {
  const text = JSON.stringify(value)
  return <code>{text.length > 120 ? `${text.slice(0, 119)}…` : text}</code>
}

const reasons: Record<Verdict['reason'], readonly [Meaning, string]> = {
  STATIC: ['neutral', 'the same for all'],
  DEFAULT: ['neutral', 'default: no rule was true'],
  TARGETING_MATCH: ['good', 'a rule was true'],
  SPLIT: ['info', 'its share of a percentage'],
  DISABLED: ['neutral', 'the flag is off'],
  ERROR: ['bad', 'error'],
}

const Why = ({ reason, rule, brokenTargetingRules, errorDetails }: Verdict) => {
  const [meaning, word] = reasons[reason]
  return (
    <>
      <Status is={meaning}>{word}</Status> {rule && <strong>{rule}</strong>}
      <div class="text-secondary">
        <code>{reason}</code> {errorDetails}
      </div>
      {brokenTargetingRules.map(({ name, error }) => (
        <div class="text-urgent">
          Rule {name} failed: {error}
        </div>
      ))}
    </>
  )
}

const Pager = ({ query, total, hasMore }: InstanceFlagsProps) => {
  const { path } = useFrame()
  const to = (page: number) => addressWith(path, { ...query, page: page === 1 ? undefined : page })
  return (
    <div class="pager">
      <span class="text-secondary" role="status">
        {total.toLocaleString('en-US')} {total === 1 ? 'feature flag' : 'feature flags'}
      </span>
      <nav aria-label="Pages">
        {query.page > 1 && (
          <a class="btn btn-sm" rel="prev" href={to(query.page - 1)}>
            <Icon name="chevron-left" /> Previous
          </a>
        )}
        {hasMore && (
          <a class="btn btn-sm" rel="next" href={to(query.page + 1)}>
            Next <Icon name="chevron-right" />
          </a>
        )}
      </nav>
    </div>
  )
}

/** Tried by its address, so that a question can be shared as a link. Nothing is stored and nothing counted. */
const ContextCard = ({ query, context, error }: InstanceFlagsProps) => {
  const { path } = useFrame()
  const hint = 'What the app sends with its question. It is laid over what the instance has by itself.'
  return (
    <Card title="Context">
      <form id="context" action={`${path}#context`}>
        {query.q && <input type="hidden" name="q" value={query.q} />}
        <Labelled id="context-json" label="Context as JSON" hint={hint} error={error} isRequired>
          <textarea
            {...tied({ id: 'context-json', hint, error })}
            class={error ? 'form-control font-monospace is-invalid' : 'form-control font-monospace'}
            name="context"
            rows={6}
            maxlength={4000}
            spellcheck={false}
            data-json
          >
            {context}
          </textarea>
        </Labelled>
        <div class="form-buttons">
          <button type="submit" class="btn btn-primary">
            Try this context
          </button>
          {query.context !== undefined && (
            <a class="btn btn-ghost-secondary" href={addressWith(path, { q: query.q })}>
              Back to its own
            </a>
          )}
        </div>
      </form>
    </Card>
  )
}

/** Longer facts would be most of the page; the API has them whole. */
const longestFacts = 12_000

const FactsCard = ({ head, facts }: InstanceFlagsProps) =>
  facts && (
    <Card title="What rules can read of this instance">
      <p class="text-secondary">
        Rules find these facts as <code>__kaiten</code>, as they are at this moment.
      </p>
      {JSON.stringify(facts, undefined, 2).length <= longestFacts ? (
        <Json value={facts} label="Facts of the instance" />
      ) : (
        <Curl title="They are long: the API shows them" path={`/api/instances/${head.instance.slug}/feature-flags`} />
      )}
    </Card>
  )
