import type { z } from 'zod'
import type { AuditView } from '../src/domain/audit.ts'
import { auditSummary } from '../src/domain/audit-summary.ts'
import { type DayRange, type DaySteps, dayText } from '../src/domain/day-series.ts'
import type { Granted, UsageAnswer } from '../src/domain/usage-answer.ts'
import { addressWith } from './address.ts'
import { EntryStatus } from './audit-words.tsx'
import { Card } from './card.tsx'
import { Chart, type Series } from './chart.tsx'
import { Curl } from './curl.tsx'
import { DaysBar } from './days-bar.tsx'
import { type InstanceHead, instanceAddress } from './instance-layout.tsx'
import { grouped } from './progress.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

/** A window of a quota that is over. */
interface ClosedWindow {
  periodStart: number
  periodEnd: number | null
  usageReal: number
  eventCount: number
}

export interface HistoryProps {
  head: InstanceHead
  query: { entitlement?: string | undefined; days: DayRange }
  quotas: readonly { granted: Granted }[]
  entries: readonly AuditView[]
  granted: Granted
  answer: z.infer<typeof UsageAnswer>
  steps: DaySteps
  curves: readonly Series[]
  hasReports: boolean
  windows: readonly ClosedWindow[]
}

/** One quota over time, its windows that are over, and what was said of it last. */
export const EntitlementHistory = ({
  head,
  query,
  quotas,
  granted,
  steps,
  curves,
  hasReports,
  ...rest
}: HistoryProps) => {
  const { entitlementSlug: slug, entitlementName: name } = granted
  return (
    <section id="history" class="content" aria-labelledby="history-title">
      <h2 id="history-title" class="section-title">
        History of {name}
      </h2>
      <DaysBar
        of="#history"
        days={query.days}
        entitlement={slug}
        all={undefined}
        entitlements={quotas.map(({ granted: each }) => ({ slug: each.entitlementSlug, name: each.entitlementName }))}
      />
      <Card title="Usage history">
        {hasReports ? (
          <Chart
            id={`chart-history-${slug}`}
            title={`Use of ${name}`}
            kind="line"
            labels={steps.starts.map(dayText)}
            step={steps.step === 'week' ? 'Week from (UTC)' : 'Day (UTC)'}
            series={curves}
          />
        ) : (
          <div class="nothing-reported">
            <p class="text-secondary">Nothing was reported within these days.</p>
            <Curl
              title={`Report the use of ${name}`}
              method="POST"
              path={`/api/instances/${head.instance.slug}/entitlements/${slug}/usage`}
              body={{ value: 1 }}
            />
          </div>
        )}
      </Card>
      <div class="pair">
        {rest.windows.length > 0 && <Windows windows={rest.windows} answer={rest.answer} />}
        <Newest head={head} slug={slug} entries={rest.entries} />
      </div>
    </section>
  )
}

const Windows = ({ windows, answer }: Pick<HistoryProps, 'windows' | 'answer'>) => (
  <Card title="Windows that are over" isFlush>
    <Table
      label="Windows that are over"
      rows={windows}
      columns={[
        { title: 'From', cell: ({ periodStart }) => <Time of={periodStart} /> },
        { title: 'Used', isNumber: true, cell: ({ usageReal }) => grouped(usageReal) },
        {
          title: 'Of today’s limit',
          isNumber: true,
          cell: ({ usageReal }) => (answer.limit ? `${Math.floor((usageReal / answer.limit) * 100)} %` : '–'),
        },
        { title: 'Reports', isNumber: true, cell: ({ eventCount }) => grouped(eventCount) },
      ]}
    />
  </Card>
)

const Newest = ({ head, slug, entries }: { head: InstanceHead; slug: string; entries: readonly AuditView[] }) => (
  <Card
    title="Newest audit entries"
    isFlush
    actions={
      <a href={addressWith(instanceAddress(head.instance, 'audit-trail'), { entitlement: slug })}>
        All in the audit trail
      </a>
    }
  >
    {entries.length > 0 ? (
      <ul class="hits">
        {entries.map(entry => (
          <li class="happening">
            <span>{auditSummary(entry)}</span>
            <span class="happening-when">
              <EntryStatus kind={entry.kind} /> <Time of={entry.occurredAt} isExact />
            </span>
          </li>
        ))}
      </ul>
    ) : (
      <p class="list-nothing text-secondary">Nothing yet.</p>
    )}
  </Card>
)
