import { type EventName, type EventView, eventNames, eventTitle, eventTypes } from '../src/domain/event.ts'
import { changesIn, type MemberChange, valueText } from '../src/domain/event-difference.ts'
import { domainOf } from '../src/domain/event-payload.ts'
import type { JsonObject } from '../src/domain/input.ts'
import type { Page } from '../src/domain/list.ts'
import { DialogLink } from './action.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Time } from './time.tsx'

export type ActivityView = ListView & {
  /** One event, or the domain of several. */
  event?: string | undefined
  actor?: string | undefined
  from?: string | undefined
  until?: string | undefined
}

interface ActivityProps {
  leaf: Page<EventView>
  query: ActivityView
  /** What the objects were before, by the event's id, as far as it is known. */
  before: ReadonlyMap<number, JsonObject>
}

export const Activity = ({ leaf, query, before }: ActivityProps) => (
  <Layout title="Activity">
    <List
      of="changes"
      leaf={leaf}
      query={query}
      hasCsv
      filters={<Filters query={query} />}
      columns={[
        { title: 'What', cell: happened => <What {...happened} /> },
        {
          title: 'Difference',
          cell: ({ id, data }) => <Differences changes={changesIn(data, before.get(id))} />,
        },
        { title: 'Who', cell: ({ actor }) => <Who actor={actor} /> },
        { title: 'When', cell: ({ occurredAt }) => <Time of={occurredAt} /> },
        {
          title: 'More',
          cell: ({ id }) => (
            <DialogLink to={`/activity/${id}`} icon="eye" isSmall>
              Details
            </DialogLink>
          ),
        },
      ]}
      empty={
        <Empty
          icon="activity"
          title="Nothing has happened yet"
          hint="Every change is kept here: who made it, when, and what it was before."
        >
          <Curl title="Ask the API" path="/api/events" />
        </Empty>
      }
    />
  </Layout>
)

const domains = Map.groupBy(eventNames, name => domainOf(eventTypes[name]))

/** What the filter may be: a domain, or one of its events. */
export const eventChoices: readonly string[] = [...domains.keys(), ...eventNames]
export const eventsChosen = (choice: string): readonly EventName[] =>
  domains.get(choice) ?? eventNames.filter(name => name === choice)

const Filters = ({ query: { event, actor, from, until } }: { query: ActivityView }) => (
  <>
    <select class="form-select" name="event" aria-label="Event">
      <option value="">Event: any</option>
      {[...domains].map(([domain, names]) => (
        <optgroup label={eventTitle(`..${domain}`)}>
          <option value={domain} selected={domain === event}>
            {eventTitle(`..${domain}`)}: all
          </option>
          {names.map(name => (
            <option value={name} selected={name === event}>
              {eventTitle(eventTypes[name])}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
    <input class="form-control" name="actor" value={actor} placeholder="Who" aria-label="Who" maxlength={200} />
    <label class="filter-day">
      From
      <input class="form-control" type="date" name="from" value={from} title="This day and later, by UTC" />
    </label>
    <label class="filter-day">
      Until
      <input class="form-control" type="date" name="until" value={until} title="This day and earlier, by UTC" />
    </label>
  </>
)

export function What({ eventType, data }: Pick<EventView, 'eventType' | 'data'>) {
  const { mayOpen } = useFrame()
  const [name, to] = [nameIn(data), addressOf(eventType, data)]
  return (
    <div>
      <div>{eventTitle(eventType)}</div>
      {name && <div class="text-secondary">{to && mayOpen(to) ? <a href={to}>{name}</a> : name}</div>}
    </div>
  )
}

/** What the object is called: each kind has one of these. */
function nameIn(data: JsonObject): string | undefined {
  const { name, version, entitlementSlug, instanceSlug, licenseSlug, slug, email, url } = data
  const { releaseSlug, deploymentZoneSlug } = data
  if (name && version && !data.familySlug) return `${name} ${version}`
  if (instanceSlug && entitlementSlug) return `${entitlementSlug} of ${instanceSlug}`
  if (licenseSlug && entitlementSlug) return `${entitlementSlug} in ${licenseSlug}`
  if (releaseSlug && deploymentZoneSlug && !name) return `${releaseSlug} to ${deploymentZoneSlug}`
  return [name, version, email, url, slug].find(each => typeof each === 'string')
}

/** Where the object is shown. What was deleted since is nowhere; who follows the link is told so. */
function addressOf(eventType: string, data: JsonObject): string | undefined {
  if (eventType.endsWith('.deleted')) return undefined
  const [, , domain = '', part] = eventType.split('.')
  if (domain === 'instance')
    return data.customerSlug ? `/customers/${data.customerSlug}/instances/${data.slug}` : undefined
  if (domain === 'license' && part === 'entitlement') return `/licenses/${data.licenseSlug}`
  if (domain === 'deployment_zone') return `/deployment-zones/${data.deploymentZoneSlug ?? data.slug}`
  if (domain === 'webhook') return `/integrations/webhooks/${data.id}`
  if (domain === 'service_account') return `/integrations/service-accounts/${data.slug}`
  return typeof data.slug === 'string' ? `/${domain.replaceAll('_', '-')}s/${data.slug}` : undefined
}

export const Who = ({ actor: { name, kind } }: { actor: JsonObject }) => (
  <div>
    {String(name)}
    {kind !== 'user' && <div class="text-secondary">{String(kind)}</div>}
  </div>
)

/** As many and as much as a row has room for; the details have all of it. */
const [membersShown, lettersShown] = [3, 60]

const Differences = ({ changes }: { changes: readonly MemberChange[] }) =>
  changes.length > 0 && (
    <ul class="differences">
      {changes.slice(0, membersShown).map(change => (
        <li>
          <strong>{change.member}</strong> <BeforeAfter {...change} longest={lettersShown} />
        </li>
      ))}
      {changes.length > membersShown && <li class="text-secondary">and {changes.length - membersShown} more</li>}
    </ul>
  )

const BeforeAfter = ({ before, after, longest }: MemberChange & { longest: number }) => (
  <>
    {before !== undefined && (
      <>
        <del class="text-secondary">{cut(valueText(before), longest)}</del>{' '}
        <Icon name="arrow-right" class="icon-inline" /> <span class="visually-hidden">becomes</span>
      </>
    )}
    <ins>{cut(valueText(after), longest)}</ins>
  </>
)

export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text
