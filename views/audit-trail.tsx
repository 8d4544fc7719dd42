import { type AuditKind, type AuditView, auditKindNames } from '../src/domain/audit.ts'
import { auditSummary } from '../src/domain/audit-summary.ts'
import { type DayRange, type DaySteps, dayText } from '../src/domain/day-series.ts'
import type { Page } from '../src/domain/list.ts'
import { DialogLink } from './action.tsx'
import { EntryStatus, EventType, kindWords } from './audit-words.tsx'
import { Card, Figure } from './card.tsx'
import { Chart, type Series } from './chart.tsx'
import { Curl } from './curl.tsx'
import { DaysBar } from './days-bar.tsx'
import { None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { Icon } from './icon.tsx'
import { type InstanceHead, InstanceLayout, instanceAddress } from './instance-layout.tsx'
import { List } from './list.tsx'
import { Live } from './live.tsx'
import { grouped } from './progress.tsx'
import { Time } from './time.tsx'

interface Counts {
  /** The first day on which there was any. */
  day: number | null
  reads: number
  accepted: number
  rejected: number
}

interface AuditTrailProps {
  head: InstanceHead
  newest: string
  query: {
    entitlement?: string | undefined
    days: DayRange
    type?: AuditKind | undefined
    status?: string | undefined
    q?: string | undefined
    cursor?: string | undefined
    since?: string | undefined
  }
  leaf: Page<AuditView>
  inAll: Counts
  ofToday: Counts
  steps: DaySteps
  activity: readonly Series[]
  values: readonly Series[]
  /** Quotas that have reports and no curve. */
  moreQuotas: number
  choices: readonly { slug: string; name: string }[]
  /** One to report in an example. */
  quota: string | undefined
  archivedUntil: number | undefined
}

export const AuditTrailPage = (props: AuditTrailProps) => {
  const { head, query, choices } = props
  return (
    <InstanceLayout head={head}>
      <div id="trail" class="content">
        {props.newest === '0' && !props.inAll.day ? (
          <Nothing {...props} />
        ) : (
          <>
            <DaysBar
              of="#trail"
              all="All entitlements"
              days={query.days}
              entitlement={query.entitlement}
              entitlements={choices}
            />
            <Figures {...props} />
            <Charts {...props} />
            <Log {...props} />
          </>
        )}
        <HowItWorks />
      </div>
    </InstanceLayout>
  )
}

/** What follows while somebody looks. */
const parts = ['#figures', '#charts', '#list']

const Figures = ({ inAll, ofToday }: AuditTrailProps) => {
  const reports = inAll.accepted + inAll.rejected
  const total = (counts: Counts) => counts.reads + counts.accepted + counts.rejected
  const share = (count: number) => (reports > 0 ? `${percentText(count / reports)} of reports` : 'no reports yet')
  return (
    <div id="figures" class="figures">
      <Figure
        name="Total events"
        value={grouped(total(inAll))}
        hint={
          inAll.day === null ? (
            'none yet'
          ) : (
            <>
              {grouped(inAll.reads)} reads, since <Time of={inAll.day * 86_400_000} isDay />
            </>
          )
        }
      />
      <Figure name="Accepted" value={grouped(inAll.accepted)} hint={share(inAll.accepted)} />
      <Figure name="Rejected" value={grouped(inAll.rejected)} hint={share(inAll.rejected)} />
      <Figure
        name="Today"
        value={grouped(total(ofToday))}
        hint={ofToday.rejected > 0 ? `${grouped(ofToday.rejected)} rejected (UTC day)` : 'events (UTC day)'}
      />
    </div>
  )
}

/** 0.98765 → 98.7 %; what is not all is never shown as all, nor what is something as nothing. */
const percentText = (share: number): string => {
  const percent = Math.round(share * 1000) / 10
  if (percent === 100 && share < 1) return 'over 99.9 %'
  if (percent === 0 && share > 0) return 'under 0.1 %'
  return `${percent} %`
}

const Charts = ({ steps, activity, values, moreQuotas, query: { entitlement } }: AuditTrailProps) => {
  const axis = {
    labels: steps.starts.map(dayText),
    step: steps.step === 'week' ? 'Week from (UTC)' : 'Day (UTC)',
  }
  const per = steps.step === 'week' ? 'Events per week' : 'Events per day'
  return (
    <div id="charts" class="content">
      <Card title="Activity timeline">
        <Chart id="chart-activity" title={per} kind="stacked" series={activity} {...axis} />
      </Card>
      <Card title="Value over time">
        {values.some(({ values: each }) => each.some(value => value !== null)) ? (
          <>
            <Chart id="chart-values" title="Use of quotas" kind="line" series={values} {...axis} />
            {values.length > 1 && !entitlement && (
              <p class="chart-note">
                Each quota has a scale of its own: switch on those that you want to compare.
                {moreQuotas > 0 && ` ${moreQuotas} more with fewer reports can be chosen above.`}
              </p>
            )}
          </>
        ) : (
          <p class="list-nothing text-secondary">No quota was reported within these days.</p>
        )}
      </Card>
    </div>
  )
}

const Log = ({ head, newest, query, leaf, archivedUntil }: AuditTrailProps) => {
  const { since, ...view } = query
  return (
    <section class="content log" aria-labelledby="log">
      <h2 id="log" class="section-title">
        Event log
      </h2>
      <List
        of="entries"
        leaf={leaf}
        // The one order that there is; it stands in no address.
        query={{ ...view, sort: '-createdAt' }}
        isNew={({ id }) => since !== undefined && id > Number(since)}
        filters={<LogFilters {...query} />}
        empty={<None />}
        live={<Live newest={newest} query={view} parts={parts} />}
        columns={[
          { title: 'ID', cell: ({ id }) => <span class="entry-id">{id}</span> },
          { title: 'Event type', cell: ({ kind }) => <EventType kind={kind} /> },
          { title: 'Entitlement', cell: ({ entitlementSlug }) => entitlementSlug ?? 'several' },
          { title: 'What happened', cell: entry => auditSummary(entry) },
          { title: 'Status', cell: ({ kind }) => <EntryStatus kind={kind} /> },
          { title: 'Time', cell: ({ occurredAt }) => <Time of={occurredAt} isExact /> },
          {
            title: 'Payload',
            cell: ({ id }) => (
              <DialogLink
                id={`entry-${id}`}
                to={`${instanceAddress(head.instance, 'audit-trail')}/${id}`}
                label={`Show entry ${id}`}
                icon="eye"
              />
            ),
          },
        ]}
      />
      {archivedUntil !== undefined && (
        <p class="text-secondary">
          Entries up to <Time of={archivedUntil} /> are no longer in this log, but in the archive. Cards and charts
          still count them.
        </p>
      )}
    </section>
  )
}

const LogFilters = ({ type, status, entitlement, days }: AuditTrailProps['query']) => (
  <>
    <select class="form-select" name="type" aria-label="Event type">
      <option value="">All types</option>
      {auditKindNames.map(kind => (
        <option value={kind} selected={kind === type}>
          {kindWords[kind].name}
        </option>
      ))}
    </select>
    <select class="form-select" name="status" aria-label="Status">
      <option value="">Any status</option>
      {['ACCEPTED', 'REJECTED'].map(each => (
        <option value={each} selected={each === status}>
          {each === 'ACCEPTED' ? 'Accepted' : 'Rejected'}
        </option>
      ))}
    </select>
    {entitlement && <input type="hidden" name="entitlement" value={entitlement} />}
    <input type="hidden" name="days" value={days} />
  </>
)

const Nothing = ({ head: { instance }, quota, newest, query }: AuditTrailProps) => (
  <div class="card">
    <Empty
      icon="history"
      title={`${instance.name} has not asked or reported anything yet`}
      hint="Whenever an app reads an entitlement or reports usage, an entry appears here by itself, with who asked for what and what came of it."
    >
      {quota ? (
        <Curl
          title={`Report the use of ${quota}`}
          method="POST"
          path={`/api/instances/${instance.slug}/entitlements/${quota}/usage`}
          body={{ value: 1 }}
        />
      ) : (
        <Curl title="Read what it may do" path={`/api/instances/${instance.slug}/entitlements`} />
      )}
    </Empty>
    <div class="pager">
      <Live newest={newest} query={{ days: query.days }} parts={['#trail']} />
    </div>
  </div>
)

const HowItWorks = () => (
  <Card title="How it works">
    <dl class="kinds">
      {auditKindNames.map(kind => (
        <div>
          <dt class={`event-type event-type-${kindWords[kind].colour}`}>{kindWords[kind].name}</dt>
          <dd>{kindWords[kind].means}</dd>
        </div>
      ))}
    </dl>
    <p class="text-secondary">
      <Icon name="lock" /> Entries are written before the app gets its answer, and nobody can change or remove one.
      Looking at these pages and evaluating feature flags write none.
    </p>
  </Card>
)
