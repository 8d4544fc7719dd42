import { z } from 'zod'
import type { Sort } from '../domain/list.ts'
import { ListQuery } from '../domain/list.ts'
import { readsUsage } from '../domain/scope.ts'
import { UsageReportEntry, type UsageReportView, usageReportJson } from '../domain/usage-report.ts'
import { pageOf, type Source } from '../store/pages.ts'
import {
  meteredEntitlements,
  reportsOfInstance,
  reportsOfMeter,
  reportsOfOrganization,
} from '../store/usage-reports.ts'
import { perSlice, sendExport } from '../web/exports.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import type { Ask, Reply, Route } from '../web/routes.ts'
import { pageSchema } from './kinds.ts'
import { entitlementOf, instanceOf } from './lookups.ts'

const JournalQuery = ListQuery.omit({ sort: true, q: true }).extend({
  format: z.enum(['json', 'csv', 'ndjson']).default('json'),
})
type JournalQuery = z.output<typeof JournalQuery>

/** The journal: every accepted report, of one meter newest first, of the organization oldest first. */
export const usageReports = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/instances/{instance}/entitlements/{entitlement}/usage/reports',
    summary: 'List the accepted reports of a meter, newest first',
    demand: readsUsage,
    query: JournalQuery,
    status: 200,
    answers: pageSchema(UsageReportEntry),
    contentTypes: ['text/csv', 'application/x-ndjson'],
    handle: ask => {
      const instance = instanceOf(house, ask.principal, ask.at.instance)
      const entitlement = entitlementOf(house, ask.principal, ask.at.entitlement)
      const source = reportsOfMeter(ask.principal.organization, instance.id, entitlement.id)
      return journal(house, ask, source, '-createdAt')
    },
  },
  {
    method: 'GET',
    path: '/usage/reports',
    summary: 'List the accepted reports of the organization, oldest first',
    description: 'A feed for billing: keep the cursor and ask again; it is given with every page that has reports.',
    demand: readsUsage,
    query: JournalQuery,
    status: 200,
    answers: pageSchema(UsageReportEntry),
    contentTypes: ['text/csv', 'application/x-ndjson'],
    handle: ask => journal(house, ask, feedFor(house, ask), 'createdAt'),
  },
]

function feedFor({ read }: House, { principal: { organization, instance } }: Ask): Source<UsageReportView> {
  if (instance === undefined) return reportsOfOrganization(organization)
  const entitlements = read.all(meteredEntitlements, { instance }).map(({ entitlementId }) => entitlementId)
  return reportsOfInstance(organization, instance, entitlements)
}

async function journal(house: House, ask: Ask, source: Source<UsageReportView>, sort: Sort): Promise<Reply> {
  const { format, ...query } = ask.query as JournalQuery
  if (format !== 'json') {
    await sendExport(ask.response, format, source.list, after => slice(house, source, sort, query.cursor, after))
    return 'sent'
  }
  const page = await readPage(house, source, { ...query, q: undefined, sort })
  return { body: { ...page, items: page.items.map(usageReportJson) } }
}

async function slice(
  house: House,
  source: Source<UsageReportView>,
  sort: Sort,
  cursor: string | undefined,
  after: Record<string, unknown> | undefined,
) {
  const from = after
    ? pageOf(source, { limit: perSlice, sort, q: undefined, cursor: undefined }).cursorAfter(after)
    : cursor
  const queries = pageOf(source, { limit: perSlice - 1, sort, q: undefined, cursor: from })
  return (await house.scan.all(queries.rows)).map(usageReportJson)
}
