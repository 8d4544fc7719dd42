import { type Decimal, fromNumber, notDecimal, toText } from '../domain/decimal.ts'
import type { Event } from '../domain/event.ts'
import { isLicenseActive } from '../domain/instance.ts'
import { isReportable } from '../domain/period.ts'
import { invalid, type ProblemData } from '../domain/problem.ts'
import { reportedValue, UsageReport } from '../domain/report.ts'
import { reportsUsage } from '../domain/scope.ts'
import { type Behavior, defaultBehavior, useOf } from '../domain/usage.ts'
import { type Granted, usageAnswer } from '../domain/usage-answer.ts'
import type { Tx } from '../engine/transaction.ts'
import { putTransaction } from '../store/usage-transactions.ts'
import { action, type Context, type Done } from './action.ts'
import { audit } from './audit.ts'
import { keptUsage } from './kept-usage.ts'
import { type Counted, count } from './meters.ts'
import { grantedBy, meteredTargetOf, type Target } from './targets.ts'
import { type Transaction, transactionOf } from './usage-transactions.ts'

/** What a report led to: the answer's text, or one of the two refusals that are committed with their audit entry. */
export type Reported = { text: string; replayed: boolean } | { refused: ProblemData }

type Reporting = Context<UsageReport, 'instance' | 'entitlement'>

/** Judges a report and counts or refuses it. Reports of one meter come one after another: no two pass a limit for one. */
export const reportUsage = action(
  reportsUsage,
  ['instance', 'entitlement'],
  UsageReport,
  async (tx, context): Promise<Done<Reported>> => {
    const { input, now } = context
    const target = await meteredTargetOf(tx, context.principal, context.at)
    const behavior = input.behavior ?? defaultBehavior(target.meterType ?? 'RAW_EVENT')
    const transaction = await transactionOf(tx, target, behavior, context)
    if (transaction?.answer !== undefined) return { value: { text: transaction.answer, replayed: true }, events: [] }

    const report = { behavior, value: decimalOf(input, behavior, target) }
    const timestamp = timestampOf(input, now)
    const granted = grantedBy(target)
    if (!isLicenseActive(granted, now)) return refuseInactive(tx, granted, behavior, context)
    const counted = await count(tx, granted, report, timestamp, now)
    if (!counted.accepted) return refuseExceeded(tx, granted, behavior, counted, context)
    return accept(tx, granted, report, timestamp, counted, transaction, context)
  },
)

async function accept(
  tx: Tx,
  granted: Granted,
  report: { behavior: Behavior; value: Decimal },
  timestamp: number,
  counted: Counted,
  transaction: Transaction | undefined,
  context: Reporting,
): Promise<Done<Reported>> {
  const { input, now, principal } = context
  const { window, after, late, quota } = counted
  const { behavior } = report
  const answer = usageAnswer(granted, after, { window, now, behavior, timestamp, metadata: input.metadata ?? {} })
  const use = { before: useOf(counted.before, quota.method), after: answer.current_usage }
  keptUsage(tx).putReport(tx, {
    organizationId: principal.organization,
    instanceId: granted.instanceId,
    entitlementId: granted.entitlementId,
    licenseId: granted.licenseId,
    reportedAt: timestamp,
    acceptedAt: now,
    periodStart: window.start,
    behavior,
    amount: toText(report.value),
    before: use.before,
    after: use.after,
    eventCount: after.eventCount,
    limit: answer.limit,
    late,
    transactionId: input.transactionId ?? null,
    metadata: input.metadata ?? null,
    principal: principal.name,
  })
  audit(tx, context, {
    kind: 'accepted',
    instance: granted.instanceId,
    entitlement: granted.entitlementId,
    payload: payloadOf(granted, behavior, context, {
      before: use.before,
      after: use.after,
      eventCount: after.eventCount,
      limit: answer.limit,
      late,
    }),
    value: late ? null : use.after,
  })
  const text = JSON.stringify(answer)
  if (transaction) await tx.run(putTransaction, { ...transaction.key, answer: text, now })
  return { value: { text, replayed: false }, events: eventsOf(granted, counted, answer) }
}

function refuseExceeded(
  tx: Tx,
  granted: Granted,
  behavior: Behavior,
  counted: Counted,
  context: Reporting,
): Done<Reported> {
  const { now, input } = context
  const answer = usageAnswer(granted, counted.after, {
    window: counted.window,
    now,
    behavior,
    metadata: input.metadata ?? {},
  })
  const { limit, maximum, remaining, current_usage: currentUsage, currentPeriodEnd: resetsAt } = answer
  const requested = reportedValue(input) ?? 1
  audit(tx, context, {
    kind: 'rejected',
    instance: granted.instanceId,
    entitlement: granted.entitlementId,
    payload: payloadOf(granted, behavior, context, {
      before: currentUsage,
      after: currentUsage,
      eventCount: counted.after.eventCount,
      limit,
      reason: 'ThresholdExceeded',
    }),
  })
  const refused: ProblemData = {
    code: 'ReportEntitlementUsageMetric.ThresholdExceeded',
    detail: `Reporting ${requested} would take ${granted.entitlementSlug} past its limit: ${currentUsage} of ${maximum} are used, ${remaining} remain.`,
    members: { limit, maximum, currentUsage, requested, remaining, resetsAt },
  }
  return { value: { refused }, events: eventsOf(granted, counted, answer) }
}

function refuseInactive(tx: Tx, granted: Granted, behavior: Behavior, context: Reporting): Done<Reported> {
  const started = granted.startLicenseDate <= context.now
  audit(tx, context, {
    kind: 'rejected',
    instance: granted.instanceId,
    entitlement: granted.entitlementId,
    payload: payloadOf(granted, behavior, context, { reason: 'LicenseNotActive' }),
  })
  const refused: ProblemData = {
    code: 'ReportEntitlementUsageMetric.LicenseNotActive',
    detail: `The license ${granted.licenseSlug} of this instance has ${started ? 'ended' : 'not started yet'}.`,
  }
  return { value: { refused }, events: [] }
}

interface Outcome {
  before?: number
  after?: number
  eventCount?: number
  limit?: number | null
  late?: boolean
  reason?: string
}

/**
 * What was asked and what it led to, as the audit trail keeps it: what is undefined does not come into its JSON. Written
 * out, for what follows a spread is defined by a call of its own, and this is made for each report.
 */
const payloadOf = (
  { entitlementSlug, licenseSlug }: Granted,
  behavior: Behavior,
  { input }: Reporting,
  { before, after, eventCount, limit, late, reason }: Outcome,
) => ({
  entitlement: entitlementSlug,
  license: licenseSlug,
  value: reportedValue(input) ?? null,
  behavior,
  transactionId: input.transactionId || undefined,
  timestamp: input.timestamp || undefined,
  metadata: input.metadata ?? undefined,
  before,
  after,
  eventCount,
  limit,
  late: late || undefined,
  reason,
})

const eventsOf = (
  { instanceId }: Granted,
  { rolledOver, crossed }: Counted,
  data: Record<string, unknown>,
): Event[] => [...rolledOver, ...crossed.map(name => ({ name, subject: instanceId, data }))]

/** The report's value, exactly. COUNT on append ignores it: there it may be missing or of any size, and is kept as 0. */
function decimalOf(report: UsageReport, behavior: Behavior, { aggregationMethod }: Target): Decimal {
  const given = reportedValue(report)
  const value = given === undefined ? undefined : fromNumber(given)
  if (value !== undefined) return value
  if (aggregationMethod === 'COUNT' && behavior === 'append') return 0n
  if (given === undefined) throw invalid({ location: 'body.value', message: 'is required' })
  throw invalid({ location: 'body.value', message: notDecimal, value: given })
}

function timestampOf({ timestamp }: UsageReport, now: number): number {
  if (!timestamp) return now
  const at = Date.parse(timestamp)
  if (isReportable(at, now)) return at
  const message = 'must be at most 5 minutes ahead and 400 days back'
  throw invalid({ location: 'body.timestamp', message, value: timestamp })
}
