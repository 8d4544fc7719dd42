import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookBehind, lookThrough } from '../engine/search.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { type AuditFilter, auditCount, auditPage } from './audit.ts'
import { countsByDay, valuesByDay } from './audit-days.ts'
import { lastArchival } from './audit-retention.ts'
import { customersOf, instancesPerCustomer } from './customers.ts'
import { activeInstances, licensesEndingBetween, metersOverLine, nextToEnd } from './dashboard.ts'
import { instancesUsingEntitlement, useOfEntitlement } from './entitlements.ts'
import { dataBefore, eventsOf } from './events.ts'
import { featureFlagsOf } from './feature-flags.ts'
import { instancesOf, namedInstancesOf } from './instances.ts'
import { closedMeters } from './meters.ts'
import { pageOf, type Source } from './pages.ts'
import { bound, type Statement } from './query.ts'
import { usageByPercent } from './usage-by-percent.ts'
import { reportsOfInstance, reportsOfMeter, reportsOfOrganization } from './usage-reports.ts'
import { usesAbove } from './usage-targets.ts'

/**
 * How SQLite goes about what pages ask: whether they cost the same at ten million rows is decided here, and a word in a
 * query is enough to lose it. `npm run bench scale` measures the same.
 */
let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const planOf = ({ sql, parameters }: Statement<unknown>): string[] => {
  const explained: Statement<{ detail: string }> = { sql: `explain query plan ${sql}`, parameters }
  return house.inside.read.all(explained).map(({ detail }) => detail)
}

/** How the table is found, without what is looked up beside it. */
const waysTo = (table: string, plan: readonly string[]): string[] => [
  ...new Set(plan.filter(step => new RegExp(`^(SEARCH|SCAN) ${table}\\b`).test(step))),
]

const organization = '01900000-0000-7000-8000-000000000001'
const instance = '01900000-0000-7000-8000-000000000002'
const entitlement = '01900000-0000-7000-8000-000000000003'
const filter: AuditFilter = { organization, instance, kinds: [1, 2, 3] }

describe('a page of the audit trail', () => {
  const byKind = 'SEARCH trail USING INDEX feature_audit_trail_by_kind (instanceId=? AND kind=?'
  const byEntitlement =
    'SEARCH trail USING INDEX feature_audit_trail_by_entitlement (instanceId=? AND entitlementId=? AND kind=?'
  const byId = 'SEARCH trail USING INTEGER PRIMARY KEY (rowid=?)'
  test.each<[string, Partial<AuditFilter>, string]>([
    ['without a filter', {}, `${byKind})`],
    ['of one kind', { kinds: [3] }, `${byKind})`],
    ['of one entitlement', { entitlement }, `${byEntitlement})`],
    ['of a time', { after: 1, before: 2 }, `${byKind} AND occurredAt>? AND occurredAt<?)`],
    ['further on', { beyond: { occurredAt: 9, id: 9 } }, `${byKind} AND occurredAt<?)`],
  ])('%s reads its ranges in order, as far as the page goes', (_, more, way) => {
    const plan = planOf(auditPage({ ...filter, ...more }, 51, 0))
    expect(waysTo('trail', plan)).toEqual([way, byId])
    // The page itself is put in order once more, fifty rows; what is before it is not.
    expect(plan.filter(step => step.includes('TEMP B-TREE'))).toHaveLength(1)
    expect(plan.some(step => step.includes('UNION ALL'))).toBe(more.kinds === undefined)
    if (!more.kinds) expect(plan).toContain('MERGE (UNION ALL)')
  })

  test('is counted in the index alone', () => {
    expect(waysTo('trail', planOf(auditCount(filter, 10_001)))).toEqual([
      `${byKind})`.replace('INDEX', 'COVERING INDEX'),
    ])
  })

  test('that is searched looks through the newest in order, and behind the index at nothing else', () => {
    const newest = planOf(lookThrough(filter, ['x'], 500))
    expect(waysTo('trail', newest)).toEqual([`${byKind})`])
    expect(newest).toContain('MERGE (UNION ALL)')
    const behind = planOf(lookBehind(filter, ['x'], 7))
    expect(waysTo('entry', behind)).toEqual(['SEARCH entry USING INTEGER PRIMARY KEY (rowid>?)'])
  })

  test('has its charts from the rollup', () => {
    const days = { organization, instance, entitlement: undefined, from: 1, to: 2 }
    const range = 'SEARCH audit_days USING PRIMARY KEY (instanceId=? AND day>? AND day<?)'
    for (const size of [1, 7]) {
      expect(waysTo('audit_days', planOf(countsByDay(days, size)))).toEqual([range])
      const values = planOf(valuesByDay(days, [entitlement], size))
      expect(waysTo('audit_days', values)).toEqual([range])
      expect(waysTo('last', values)).toEqual([
        'SEARCH last USING PRIMARY KEY (instanceId=? AND day=? AND entitlementId=?)',
      ])
    }
    expect(waysTo('outbox_events', planOf(bound(lastArchival, { organization })))).toEqual([
      'SEARCH outbox_events USING INDEX outbox_events_by_name (organizationId=? AND eventName=?)',
    ])
  })
})

describe('on the main thread rows come in order of an index', () => {
  const byActor = 'SEARCH outbox_events USING INDEX outbox_events_by_actor (organizationId=? AND actor=?'
  const byName = 'SEARCH outbox_events USING INDEX outbox_events_by_name (organizationId=? AND eventName=?'
  const byMeter = 'SEARCH usage_reports USING INDEX usage_reports_by_meter (instanceId=? AND entitlementId=?'
  // Each source is of rows of its own.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  test.each<[string, Source<any>, string, string, string?]>([
    [
      'customers',
      customersOf(organization),
      'customers',
      'SEARCH customers USING INDEX customers_by_name (organizationId=?',
    ],
    [
      'instances',
      instancesOf(organization, 'name', {}),
      'instances',
      'SEARCH instances USING INDEX instances_by_name (organizationId=?',
    ],
    [
      'instances with names',
      namedInstancesOf(organization, 'name', {}),
      'instances',
      'SEARCH instances USING INDEX instances_by_name (organizationId=?',
    ],
    [
      'feature flags',
      featureFlagsOf(organization, {}),
      'feature_flags',
      'SEARCH feature_flags USING INDEX feature_flags_by_name (organizationId=?',
    ],
    [
      'changes',
      eventsOf(organization, {}),
      'outbox_events',
      'SEARCH outbox_events USING INDEX outbox_events_by_organization (organizationId=?',
    ],
    ['changes of a name', eventsOf(organization, { eventName: 'USER_SIGN_IN' }), 'outbox_events', byName],
    [
      'changes of some names',
      eventsOf(organization, { eventNames: ['USER_SIGN_IN', 'USER_SIGN_OUT'] as never }),
      'outbox_events',
      byName,
    ],
    ['changes by somebody', eventsOf(organization, { actor: 'ada' }, ['{"name":"ada"}']), 'outbox_events', byActor],
    [
      'changes by some',
      eventsOf(organization, { actor: 'a' }, ['{"name":"ada"}', '{"name":"bea"}']),
      'outbox_events',
      byActor,
    ],
    ['reports of a meter', reportsOfMeter(organization, instance, entitlement), 'usage_reports', byMeter],
    [
      'all reports',
      reportsOfOrganization(organization),
      'usage_reports',
      'SEARCH usage_reports USING INDEX usage_reports_by_organization (organizationId=?',
    ],
    [
      'reports of an instance',
      reportsOfInstance(organization, instance, [entitlement, 'another']),
      'usage_reports',
      byMeter,
    ],
    [
      'closed windows',
      closedMeters(instance, entitlement, 5),
      'entitlement_usages',
      'SEARCH entitlement_usages USING PRIMARY KEY (instanceId=? AND entitlementId=?',
    ],
  ])('%s', (_, source, table, way) => {
    const { scans, rows, cursorAfter } = pageOf(source, { limit: 50, sort: 'name' })
    expect(scans).toBe(false)
    const row = { id: 'x', name: 'x', slug: 'x', periodStart: 5 }
    const onward = pageOf(source, { limit: 50, sort: 'name', cursor: cursorAfter(row) })
    for (const statement of [rows, onward.rows]) {
      const plan = planOf(statement)
      for (const each of waysTo(table, plan)) expect(each).toContain(way)
      expect(waysTo(table, plan)).not.toEqual([])
      expect(plan.join('\n')).not.toMatch(/TEMP B-TREE|SCAN (?!CONSTANT)/)
    }
  })
})

test('what changed objects were before is looked up for the listed changes alone', () => {
  const plan = planOf(bound(dataBefore, { organization, ids: '[1]' }))
  const byKey = (name: string) => `SEARCH ${name} USING INTEGER PRIMARY KEY (rowid=?)`
  expect(waysTo('changed', plan)).toEqual([byKey('changed')])
  expect(waysTo('earlier', plan)).toEqual([byKey('earlier')])
  expect(waysTo('candidate', plan)).toEqual([
    'SEARCH candidate USING INDEX outbox_events_by_subject (subjectId=? AND rowid<?)',
  ])
})

describe('what the console counts', () => {
  test('of the instances of some customers looks at no others', () => {
    const plan = planOf(bound(instancesPerCustomer, { organization, ids: '["x"]' }))
    expect(waysTo('instances', plan)).toEqual(['SEARCH instances USING INDEX instances_by_customer (customerId=?)'])
  })

  test('on the dashboard are ranges of indexes that have nothing else', () => {
    for (const statement of [
      activeInstances(organization, 5),
      licensesEndingBetween(organization, 5, 6),
      nextToEnd(organization, 5, 6, 7),
    ])
      for (const way of waysTo('instances', planOf(statement)))
        expect(way).toMatch(
          /USING (COVERING )?INDEX instances_by_license_end \(organizationId=\? AND <expr>>\?(?: AND <expr><\?)?\)/,
        )
    expect(waysTo('meter', planOf(metersOverLine(organization, 5, { look: 501, shown: 6 })))).toEqual([
      'SEARCH meter USING INDEX entitlement_usages_over_a_line (organizationId=?)',
    ])
  })
})

describe('use of an entitlement', () => {
  const source = usageByPercent(organization, entitlement, 5)

  test.each([
    ['createdAt', '>'],
    ['-createdAt', '<'],
  ] as const)('in order of percent (%s) goes on in indexes, a row at a time', (sort, further) => {
    const { rows, cursorAfter } = pageOf(source, { limit: 50, sort })
    const onward = pageOf(source, { limit: 50, sort, cursor: cursorAfter({ percent: 50, id: 'x' }) })
    const under = (index: string) => `USING COVERING INDEX ${index} (entitlementId=? AND underLicenseId=?`
    const ofLicense = 'USING COVERING INDEX instances_of_license (licenseId=? AND deletedAt=?'
    for (const statement of [rows, onward.rows]) {
      const plan = planOf(statement)
      expect(plan, 'ends with the page').toContain('CO-ROUTINE walk')
      expect(waysTo('entitlement_usages', plan)).toEqual([
        `SEARCH entitlement_usages ${under('entitlement_usages_by_use')} AND usageReal${further}?)`,
        `SEARCH entitlement_usages ${under('entitlement_usages_by_use')} AND usageReal=? AND instanceId${further}?)`,
        `SEARCH entitlement_usages ${under('entitlement_usages_by_instance')} AND instanceId${further}?)`,
      ])
      expect(waysTo('instances', plan)).toEqual([
        `SEARCH instances EXISTS ${ofLicense} AND id=? AND startLicenseDate<?)`,
        `SEARCH instances ${ofLicense} AND id${further}?)`,
        'SEARCH instances USING INDEX sqlite_autoindex_instances_1 (id=?)',
      ])
      expect(plan.filter(step => /^SCAN (?!grants|begun|walk|uses|CONSTANT)/.test(step))).toEqual([
        expect.stringMatching(/^SCAN \(subquery-\d+\)$/),
      ])
    }
  })

  test('above a line is a range of those under the license', () => {
    const [license, above, now, limit] = ['x', 5, 6, 7]
    const plan = planOf(bound(usesAbove, { organization, license, entitlement, above, now, limit }))
    expect(waysTo('meter', plan)).toEqual([
      'SEARCH meter USING COVERING INDEX entitlement_usages_by_use (entitlementId=? AND underLicenseId=? AND usageReal>?)',
    ])
    expect(waysTo('instances', plan)).toEqual(['SEARCH instances USING INDEX sqlite_autoindex_instances_1 (id=?)'])
  })

  test('is found to be there or not by the first entry of an index', () => {
    for (const statement of [
      bound(instancesUsingEntitlement, { entitlement }),
      bound(useOfEntitlement, { entitlement }),
    ])
      for (const way of waysTo('entitlement_usages', planOf(statement)))
        expect(way).toMatch(/USING COVERING INDEX entitlement_usages_by_\w+ \(entitlementId=\?\)/)
  })
})
