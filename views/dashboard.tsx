import { type DaySteps, dayText } from '../src/domain/day-series.ts'
import { countedAtMost } from '../src/domain/list.ts'
import { Card, Figure } from './card.tsx'
import { Chart } from './chart.tsx'
import { useFrame } from './frame.ts'
import { Activity, type Happening } from './happening.tsx'
import { Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { Live } from './live.tsx'
import { grouped, Progress } from './progress.tsx'
import { Time } from './time.tsx'

interface QuotaRow {
  row: {
    instanceId: string
    entitlementId: string
    instanceName: string
    instanceSlug: string | null
    customerSlug: string
    customerName: string
    entitlementName: string
    entitlementSlug: string
    warningThresholdPercent: number | null
  }
  answer: { current_usage: number; limit: number | null }
}

interface DashboardProps {
  newest: string
  activity: readonly Happening[]
  active: number
  ending30: number
  ending60: number
  ending: readonly { name: string; slug: string; customerName: string; customerSlug: string; endLicenseDate: number }[]
  quotas: readonly QuotaRow[]
  quotaCount: number
  hasMoreQuotas: boolean
  today: { accepted: number; rejected: number }
  steps: DaySteps
  accepted: readonly number[]
  rejected: readonly number[]
  flags: number
  flagsEnabled: number
  retrying: number
  dead: number
}

/** How the company stands today: what needs somebody first, then how it goes, then what happened. */
export const Dashboard = (props: DashboardProps) => (
  <Layout title="Dashboard" beside={<Live newest={props.newest} query={{}} parts={['.heading', '#dashboard']} />}>
    <div id="dashboard" class="content">
      <Figures {...props} />
      <Card title="Usage reports per day">
        <Chart
          id="chart-reports"
          title="Usage reports per day"
          kind="stacked"
          labels={props.steps.starts.map(dayText)}
          series={[
            { name: 'Accepted', colour: 'green', values: props.accepted },
            { name: 'Rejected', colour: 'red', values: props.rejected },
          ]}
        />
      </Card>
      <div class="pair">
        <Quotas {...props} />
        <Ending {...props} />
      </div>
      <Activity activity={props.activity} />
    </div>
  </Layout>
)

const Figures = (props: DashboardProps) => {
  const { active, ending30, ending60, quotaCount, hasMoreQuotas, today, flags, flagsEnabled, retrying, dead } = props
  const open = useOpen()
  const reports = today.accepted + today.rejected
  return (
    <div class="figures">
      <Figure
        name="Instances active"
        value={counted(active)}
        hint="license holds today"
        to={open('/customers/instances')}
      />
      <Figure
        name="Licenses ending"
        value={counted(ending30)}
        hint={`within 30 days, ${counted(ending60)} within 60`}
        to={ending60 > 0 ? '#ending' : undefined}
      />
      <Figure
        name="Quotas near their limit"
        value={`${grouped(quotaCount)}${hasMoreQuotas ? '+' : ''}`}
        hint="at or over their warning"
        to={quotaCount > 0 ? '#quotas' : undefined}
      />
      <Figure name="Rejected today" value={grouped(today.rejected)} hint={`of ${grouped(reports)} reports (UTC day)`} />
      <Figure
        name="Flags enabled"
        value={grouped(flagsEnabled)}
        hint={`of ${grouped(flags)}`}
        to={open('/feature-flags')}
      />
      <Figure
        name="Deliveries failing"
        value={counted(retrying + dead)}
        hint={dead > 0 ? `${counted(dead)} given up` : retrying > 0 ? 'being retried' : 'all webhooks arrive'}
        to={open('/integrations/webhooks')}
      />
    </div>
  )
}

/** Counting stops somewhere. */
const counted = (count: number): string => (count > countedAtMost ? `${grouped(countedAtMost)}+` : grouped(count))

/** The address, for whom may open it. */
const useOpen = () => {
  const { mayOpen } = useFrame()
  return (to: string): string | undefined => (mayOpen(to) ? to : undefined)
}

const Quotas = ({ quotas, quotaCount }: DashboardProps) => (
  <div id="quotas">
    <Card title="Quotas at or over their warning" isFlush>
      {quotas.length > 0 ? (
        <ul class="hits">
          {quotas.map(({ row, answer }) => (
            <li class="nearing">
              <span>
                <Linked
                  to={`/customers/${row.customerSlug}/instances/${row.instanceSlug}/entitlements?entitlement=${row.entitlementSlug}#history`}
                  name={row.entitlementName}
                />
                <span class="nearing-where">{placeOf(row.instanceName, row.customerName)}</span>
              </span>
              <Progress
                label={`${row.entitlementName} of ${row.instanceName}`}
                value={answer.current_usage}
                maximum={answer.limit}
                warningPercent={row.warningThresholdPercent ?? 0}
              />
            </li>
          ))}
          {quotaCount > quotas.length && (
            <li class="text-secondary">and {grouped(quotaCount - quotas.length)} more, less full than these</li>
          )}
        </ul>
      ) : (
        <p class="list-nothing text-secondary">No quota is near its limit.</p>
      )}
    </Card>
  </div>
)

/** Instances are often called after their customer, which then need not be said again. */
const placeOf = (instance: string, customer: string): string =>
  instance.startsWith(customer) ? instance : `${instance} · ${customer}`

const Ending = ({ ending, ending60 }: DashboardProps) => (
  <div id="ending">
    <Card title="Licenses ending within 60 days" isFlush>
      {ending.length > 0 ? (
        <ul class="hits">
          {ending.map(({ name, slug, customerName, customerSlug, endLicenseDate }) => (
            <li class="happening">
              <span>
                <Linked to={`/customers/${customerSlug}/instances/${slug}`} name={name} />{' '}
                {!name.startsWith(customerName) && <span class="text-secondary">{customerName}</span>}
              </span>
              <span class="happening-when">
                <Time of={endLicenseDate} isDay />
              </span>
            </li>
          ))}
          {ending60 > ending.length && (
            <li class="text-secondary">and {counted(ending60 - ending.length)} later ones</li>
          )}
        </ul>
      ) : (
        <p class="list-nothing text-secondary">No license ends within 60 days.</p>
      )}
    </Card>
  </div>
)
