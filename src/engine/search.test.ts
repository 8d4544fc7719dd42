import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { insertAuditEntry } from '../store/audit.ts'
import { migrations } from '../store/migrations/index.ts'
import { raw } from '../store/query.ts'
import { indexEntry } from './search.ts'
import { Connection, packagedAddon } from './sqlite.ts'

test('what one transaction puts into the index is written once, when it ends', () => {
  const connection = new Connection(':memory:', { addon: packagedAddon(), readonly: false })
  for (const migration of migrations) connection.exec(migration)
  connection.exec('begin')
  for (let id = 1; id <= 200; id++) {
    const ids = { organizationId: 'o', instanceId: 'i', entitlementId: null }
    connection.run(insertAuditEntry, { ...ids, kind: 1, payload: {}, principal: 'p', occurredAt: id })
    connection.run(indexEntry, { id, terms: `word${id}` })
  }
  connection.exec('commit')
  const count = (of: string) =>
    connection.one(raw(sql<{ counted: number }>`select count(*) as counted from ${sql.raw(of)}`))
  expect(count('audit_search')).toEqual({ counted: 200 })
  expect(count('(select distinct segid from audit_search_idx)')).toEqual({ counted: 1 })
  connection.close()
})
