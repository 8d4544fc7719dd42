import type { z } from 'zod'
import type { AuditView } from '../src/domain/audit.ts'
import type { DayRange } from '../src/domain/day-series.ts'
import type { Window } from '../src/domain/period.ts'
import type { Granted, UsageAnswer } from '../src/domain/usage-answer.ts'
import { addressWith } from './address.ts'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { EntitlementHistory, type HistoryProps } from './entitlement-history.tsx'
import { typeWords } from './entitlement-words.ts'
import { useFrame } from './frame.ts'
import { type InstanceHead, InstanceLayout } from './instance-layout.tsx'
import { Json } from './json.tsx'
import { Live } from './live.tsx'
import { Notice } from './notice.tsx'
import { grouped, Progress } from './progress.tsx'
import { Spark } from './spark.tsx'
import { Badge, Status } from './status.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

export interface QuotaUse {
  granted: Granted
  window: Window
  answer: z.infer<typeof UsageAnswer>
}

interface InstanceEntitlementsProps {
  head: InstanceHead
  newest: string
  query: { entitlement?: string | undefined; days: DayRange; since?: string | undefined }
  quotas: readonly QuotaUse[]
  /** What is on or off, or configured. */
  features: readonly Granted[]
  isActive: boolean
  sparks: ReadonlyMap<string, readonly { at: number; value: number }[]>
  history: Omit<HistoryProps, 'head' | 'query' | 'quotas' | 'entries'> | undefined
  entries: readonly AuditView[]
}

/** What the license grants this instance, and how much of it is used. */
export const InstanceEntitlements = (props: InstanceEntitlementsProps) => {
  const { head, query, quotas, features, isActive, history, entries } = props
  const { since: _, ...view } = query
  return (
    <InstanceLayout head={head}>
      {!isActive && (
        <Notice kind="warning" title="The license is not active, so it grants nothing">
          Features read as off, quotas as 0, and usage reports are refused. What is shown below is what it would grant.
        </Notice>
      )}
      {quotas.length + features.length === 0 && <NothingGranted head={head} />}
      {quotas.length > 0 && <Quotas {...props} />}
      {features.length > 0 && <Features features={features} isActive={isActive} />}
      {history && <EntitlementHistory {...{ head, query: view, quotas, entries, ...history }} />}
    </InstanceLayout>
  )
}

const NothingGranted = ({ head: { license, instance } }: { head: InstanceHead }) => (
  <div class="card">
    <Empty
      icon="gauge"
      title={`${license?.name ?? 'The license'} grants nothing yet`}
      hint="Entitlements belong to licenses: what you add to the license holds at once for every instance that has it."
      action={
        license &&
        useFrame().mayOpen(`/licenses/${license.slug}`) && (
          <a class="btn btn-primary" href={`/licenses/${license.slug}`}>
            Open the license
          </a>
        )
      }
    >
      <Curl
        title="Grant a quota with the API"
        method="POST"
        path={`/api/licenses/${instance.licenseSlug}/entitlements`}
        body={{ entitlementSlug: 'api-calls', value: { type: 'number', value: 1000 } }}
      />
    </Empty>
  </div>
)

const Quotas = ({ quotas, sparks, query: { since: _, ...query }, newest }: InstanceEntitlementsProps) => {
  const { path } = useFrame()
  return (
    <div id="quotas">
      <Card title="Quotas" isFlush actions={<Live newest={newest} query={query} parts={['#quotas', '#history']} />}>
        <Table
          label="Quotas"
          rows={quotas}
          columns={[
            {
              title: 'Quota',
              cell: ({ granted, answer }) => (
                <div class="quota-name">
                  <a href={`${addressWith(path, { entitlement: granted.entitlementSlug, days: query.days })}#history`}>
                    {granted.entitlementName}
                  </a>
                  <QuotaStatus answer={answer} />
                </div>
              ),
            },
            {
              title: 'Used',
              cell: ({ granted, answer }) => (
                <Progress
                  label={granted.entitlementName}
                  value={answer.current_usage}
                  maximum={answer.limit}
                  warningPercent={granted.warningThresholdPercent ?? 0}
                />
              ),
            },
            {
              title: 'Remaining',
              isNumber: true,
              cell: ({ answer }) => (answer.remaining === null ? 'unlimited' : grouped(answer.remaining)),
            },
            { title: 'Resets', cell: ({ granted, window }) => <Resets granted={granted} window={window} /> },
            {
              title: 'Last 30 days',
              cell: ({ granted }) => (
                <Spark label={granted.entitlementName} places={30} points={sparks.get(granted.entitlementId) ?? []} />
              ),
            },
          ]}
        />
      </Card>
    </div>
  )
}

/** Only what somebody has to look at is said. */
const QuotaStatus = ({ answer: { status, maximum, limit, current_usage: use } }: Pick<QuotaUse, 'answer'>) => {
  if (status === 'WARNING') return <Status is="warning">near its limit</Status>
  if (status !== 'REACHED') return null
  const isOver = limit !== null && use > limit
  return (
    <Status is="bad">
      {isOver ? (use < (maximum ?? use) ? 'over, within overage' : 'over its limit') : 'used up'}
    </Status>
  )
}

const periods = { HOUR: 'hourly', DAY: 'daily', WEEK: 'weekly', MONTH: 'monthly', YEAR: 'yearly' }

const Resets = ({ granted: { resetPeriod }, window }: Pick<QuotaUse, 'granted' | 'window'>) =>
  resetPeriod && window.end !== null ? (
    <span>
      <Time of={window.end} /> <span class="text-secondary">{periods[resetPeriod]}</span>
    </span>
  ) : (
    <span class="text-secondary">never</span>
  )

const Features = ({ features, isActive }: { features: readonly Granted[]; isActive: boolean }) => (
  <Card title="Features and configuration" isFlush>
    <Table
      label="Features and configuration"
      rows={features}
      columns={[
        {
          title: 'Entitlement',
          cell: ({ entitlementName, entitlementSlug }) => (
            <div class="quota-name">
              {entitlementName} <code>{entitlementSlug}</code>
            </div>
          ),
        },
        { title: 'Type', cell: ({ entitlementType }) => <Badge>{typeWords[entitlementType].label}</Badge> },
        {
          title: 'Value',
          cell: ({ value, entitlementName }) =>
            value.type === 'object' ? (
              <details class="config">
                <summary>Show</summary>
                <Json value={value.value} label={`Value of ${entitlementName}`} />
              </details>
            ) : (
              <Status is={isActive && value.value === true ? 'good' : 'neutral'}>{value.value ? 'on' : 'off'}</Status>
            ),
        },
      ]}
    />
  </Card>
)
