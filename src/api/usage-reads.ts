import { z } from 'zod'
import { currentMeter } from '../actions/meters.ts'
import { rfc3339 } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { readsUsage } from '../domain/scope.ts'
import { EffectiveEntitlement, type Granted, UsageAnswer, UsagePeriod, usageAnswer } from '../domain/usage-answer.ts'
import { closedMeters } from '../store/meters.ts'
import type { EntitlementUsageRecord } from '../store/tables.ts'
import { type UsageOfInstanceRow, usageOfEntitlement } from '../store/usage-targets.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import type { Ask, Route } from '../web/routes.ts'
import { list, pageSchema } from './kinds.ts'
import { entitlementOf, instanceOf } from './lookups.ts'

const instance = '/instances/{instance}'
const entitlement = `${instance}/entitlements/{entitlement}`

const whole = (item: z.ZodType) => z.object({ items: z.array(item), total: z.int(), hasMore: z.literal(false) })

/** What an app asks about its own instance. Each read is in the audit trail before it is answered. */
export const usageReads = (house: House): Route[] => {
  const readAll = async ({ principal, asked }: Ask, quotasOnly: boolean) => {
    const { value: items } = await house.submit('entitlements.readAll', principal, { quotasOnly }, asked)
    return { body: { items, total: items.length, hasMore: false } }
  }
  return [
    {
      method: 'GET',
      path: `${instance}/entitlements`,
      summary: 'Show every effective entitlement: what an app needs at its start',
      demand: readsUsage,
      status: 200,
      answers: whole(EffectiveEntitlement),
      handle: ask => readAll(ask, false),
    },
    {
      method: 'GET',
      path: `${instance}/entitlements/usage`,
      summary: 'Show the use of every quota',
      demand: readsUsage,
      status: 200,
      answers: whole(UsageAnswer),
      handle: ask => readAll(ask, true),
    },
    {
      method: 'GET',
      path: entitlement,
      summary: 'Show one effective entitlement',
      demand: readsUsage,
      status: 200,
      answers: EffectiveEntitlement,
      handle: async ({ principal, asked }) => ({
        body: (await house.submit('entitlements.read', principal, undefined, asked)).value,
      }),
    },
    {
      method: 'GET',
      path: `${entitlement}/usage`,
      summary: 'Show the use of a quota, or ask whether an amount more would be accepted',
      demand: readsUsage,
      query: z.strictObject({ amount: z.coerce.number().optional() }),
      status: 200,
      answers: UsageAnswer,
      handle: async ({ principal, query, asked }) => ({
        body: (await house.submit('usage.read', principal, query, asked)).value,
      }),
    },
    {
      method: 'GET',
      path: `${entitlement}/usage/periods`,
      summary: 'List the closed windows of a quota, newest first',
      demand: readsUsage,
      query: ListQuery.omit({ sort: true, q: true }),
      status: 200,
      answers: pageSchema(UsagePeriod),
      handle: async ({ principal, at, query }) => {
        const place = [
          instanceOf(house, principal, at.instance).id,
          entitlementOf(house, principal, at.entitlement).id,
        ] as const
        const list = { ...(query as ListQuery), q: undefined, sort: '-createdAt' as const }
        const page = await readPage(house, closedMeters(...place, house.clock()), list)
        return { body: { ...page, items: page.items.map(usagePeriodJson) } }
      },
    },
    list(house, '/entitlements/{entitlement}/usage', {
      summary: 'List the use of an entitlement by every instance that has it',
      demand: 'read:entitlements',
      answers: UsageAnswer.extend({ instanceId: z.uuid() }),
      json: (row: UsageOfInstanceRow) => usageOfInstanceJson(row, house.clock()),
      source: ({ principal, at }) =>
        usageOfEntitlement(principal.organization, entitlementOf(house, principal, at.entitlement).id),
    }),
  ]
}

const usagePeriodJson = (row: EntitlementUsageRecord) => ({
  start: rfc3339(row.periodStart),
  end: rfc3339(row.periodEnd ?? row.periodStart),
  value: row.usageReal,
  eventCount: row.eventCount,
  updatedAt: rfc3339(row.updatedAt),
})

function usageOfInstanceJson(row: UsageOfInstanceRow, now: number) {
  const granted = row as unknown as Granted
  const { meter, window } = currentMeter(row.periodStart === null ? undefined : row, granted, now)
  return { instanceId: granted.instanceId, ...usageAnswer(granted, meter, { window, now }) }
}
