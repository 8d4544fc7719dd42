import { z } from 'zod'
import { AuditEntryPage } from '../../views/audit-entry.tsx'
import { AuditTrailPage } from '../../views/audit-trail.tsx'
import type { InstanceHead } from '../../views/instance-layout.tsx'
import { auditKindNames, auditKinds, dayOf, kindsMatching } from '../domain/audit.ts'
import { dayRanges, daySteps } from '../domain/day-series.ts'
import { Reference } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { auditPage } from '../store/audit.ts'
import { auditEntryAt, countsInAll, entitlementsOfDays } from '../store/audit-days.ts'
import { lastArchival } from '../store/audit-retention.ts'
import { entitlementAt } from '../store/entitlements.ts'
import { grantsOfInstance } from '../store/usage-targets.ts'
import { auditTrailPage } from '../web/audit-trails.ts'
import type { House } from '../web/house.ts'
import { activityIn, mostCurves, valuesIn } from './day-charts.ts'
import { instanceHead } from './instance-heads.ts'
import { livePage } from './live.ts'
import { type Ask, type Page, page } from './page.ts'

const address = '/customers/{customer}/instances/{instance}/audit-trail'
const allKinds = kindsMatching(undefined, undefined)
const perLeaf = 20
const nothing = { day: null, reads: 0, accepted: 0, rejected: 0 }

const TrailQuery = ListQuery.omit({ sort: true }).extend({
  limit: z.coerce.number().int().min(1).max(50).default(perLeaf),
  /** What cards, charts and log are about; all of them where it is left out. */
  entitlement: Reference.optional(),
  days: z.enum(dayRanges).default('30'),
  type: z.enum(auditKindNames).optional(),
  status: z.enum(['ACCEPTED', 'REJECTED']).optional(),
})
type TrailQuery = z.infer<typeof TrailQuery>

export const auditTrail = (house: House): Page[] => {
  const newestId = (organization: string, instance: string): number =>
    house.read.find(auditPage({ organization, instance, kinds: allKinds }, 1, 0))?.id ?? 0

  return [
    ...livePage(address, {
      demand: 'read:instances',
      query: TrailQuery,
      newest: ask => String(newestId(ask.principal.organization, instanceHead(house, ask).instance.id)),
      show: async (ask, newest) => {
        const head = instanceHead(house, ask)
        const shown = await shownOf(house, head, ask)
        return <AuditTrailPage {...{ head, newest, query: ask.query, ...shown }} />
      },
    }),
    ...page(`${address}/{entry}`, {
      demand: 'read:instances',
      show: ask => {
        const head = instanceHead(house, ask)
        const id = /^\d{1,15}$/.test(ask.at.entry) ? Number(ask.at.entry) : 0
        const place = { organization: ask.principal.organization, instance: head.instance.id, id }
        return <AuditEntryPage head={head} entry={found(house.read.find(auditEntryAt, place), 'Route.NotFound')} />
      },
    }),
  ]
}

/** The cards, the charts and the log: ranges of indexes and of the day's rollup, however long the trail is. */
async function shownOf(house: House, { instance }: InstanceHead, { principal, query, now }: Ask<TrailQuery>) {
  const { organization } = principal
  const place = { organization, instance: instance.id }
  const entitlement =
    query.entitlement && found(house.read.find(entitlementAt(organization, query.entitlement)), 'Entitlement.NotFound')
  const today = dayOf(now)
  const steps = daySteps(query.days, today)
  const days = { ...place, entitlement: entitlement ? entitlement.id : undefined, from: steps.from, to: today }
  const everyDay = { ...days, from: 0 }
  const kinds = kindsMatching(query.type && auditKinds[query.type].eventType, query.status)
  const log = auditTrailPage(house, { ...place, kinds, entitlement: days.entitlement }, query)
  const [used, inRange] = await Promise.all([
    house.scan.all(entitlementsOfDays({ ...everyDay, entitlement: undefined })),
    house.scan.all(entitlementsOfDays(days)),
  ])
  const quotas = inRange.filter(({ type, accepted }) => type === 'NUMBER' && accepted > 0)
  const [leaf, [inAll], [ofToday], activity, values] = await Promise.all([
    log,
    house.scan.all(countsInAll(everyDay)),
    house.scan.all(countsInAll({ ...days, from: today })),
    activityIn(house, days, steps),
    valuesIn(house, days, steps, quotas.slice(0, mostCurves)),
  ])
  const granted = house.read.all(grantsOfInstance, place)
  const archival = house.read.find(lastArchival, { organization })
  return {
    leaf,
    inAll: inAll ?? nothing,
    ofToday: ofToday ?? nothing,
    steps,
    activity,
    values,
    moreQuotas: quotas.length - mostCurves,
    /** To choose from: what the license grants, and what it granted once and left entries of. */
    choices: [
      ...new Map([
        ...used.map(({ slug, name }) => [slug, name] as const),
        ...granted.map(({ entitlementSlug, entitlementName }) => [entitlementSlug, entitlementName] as const),
      ]),
    ].map(([slug, name]) => ({ slug: slug ?? '', name: name ?? '' })),
    quota: granted.find(({ entitlementType }) => entitlementType === 'NUMBER')?.entitlementSlug ?? undefined,
    archivedUntil: archival ? Date.parse(String(archival.data.until)) : undefined,
  }
}
