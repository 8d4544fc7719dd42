import { z } from 'zod'
import { AuditEntry, auditEntryJson, auditEventTypes, kindsMatching } from '../domain/audit.ts'
import { Moment, Reference } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import type { AuditFilter } from '../store/audit.ts'
import { lastArchival } from '../store/audit-retention.ts'
import { auditTrailPage } from '../web/audit-trails.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { pageSchema } from './kinds.ts'
import { entitlementIn, instanceOf } from './lookups.ts'

export const AuditQuery = ListQuery.omit({ sort: true }).extend({
  eventName: z.enum(auditEventTypes).optional(),
  status: z.enum(['ACCEPTED', 'REJECTED']).optional(),
  entitlement: Reference.optional(),
  after: Moment.optional(),
  before: Moment.optional(),
  offset: z.coerce.number().int().min(0).max(10_000).default(0),
})
type AuditQuery = z.output<typeof AuditQuery>

export const auditTrails = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/instances/{instance}/audit-trails',
    summary: 'List what an instance read and reported, newest first',
    demand: 'read:instances',
    query: AuditQuery,
    status: 200,
    answers: pageSchema(AuditEntry).extend({
      archivedUntil: Moment.optional().meta({
        description: 'Entries up to this time are no longer here, but archived',
      }),
    }),
    handle: async ({ principal, at, query: asked }) => {
      const query = asked as AuditQuery
      const instance = instanceOf(house, principal, at.instance)
      const filter: AuditFilter = {
        organization: principal.organization,
        instance: instance.id,
        kinds: kindsMatching(query.eventName, query.status),
        entitlement: query.entitlement && entitlementIn(house, principal, query.entitlement, 'query.entitlement').id,
        after: query.after === undefined ? undefined : Date.parse(query.after),
        before: query.before === undefined ? undefined : Date.parse(query.before),
      }
      const archival = house.read.find(lastArchival, { organization: principal.organization })
      const rows = await auditTrailPage(house, filter, query)
      const page = { ...rows, items: rows.items.map(auditEntryJson) }
      return { body: archival ? { ...page, archivedUntil: archival.data.until } : page }
    },
  },
]
