import { sql } from 'kysely'
import type { ApiTokenView, ServiceAccountRecord } from '../domain/service-account.ts'
import type { Source } from './pages.ts'
import { q, query, type RowOf } from './query.ts'
import { at } from './references.ts'

export { serviceAccountAt } from './references.ts'

export const serviceAccountsOf = (organization: string): Source<ServiceAccountRecord> => ({
  list: 'service-accounts',
  table: 'service_accounts',
  rows: q.selectFrom('service_accounts').selectAll().where('organizationId', '=', organization),
  filters: {},
})

const tokenViews = q
  .selectFrom('api_tokens')
  .innerJoin('service_accounts', 'service_accounts.id', 'api_tokens.serviceAccountId')
  .leftJoin('instances', 'instances.id', 'api_tokens.instanceId')
  .selectAll('api_tokens')
  .select(['service_accounts.slug as serviceAccountSlug', 'instances.slug as instanceSlug'])

export const tokensOf = (organization: string, account: string): Source<ApiTokenView> => ({
  list: 'tokens',
  table: 'api_tokens',
  rows: tokenViews.where('api_tokens.organizationId', '=', organization).where('serviceAccountId', '=', account),
  columns: { updatedAt: 'createdAt' },
  filters: { account },
})

/** Of each account: its tokens that may be used, and when one of them last was. `ids` is a JSON array. */
export const tokensPerAccount = query((p: { organization: string; ids: string; now: number }) =>
  q
    .selectFrom('api_tokens')
    .select(({ fn }) => ['serviceAccountId', fn.countAll<number>().as('tokens'), fn.max('lastUsedAt').as('lastUsedAt')])
    .where('organizationId', '=', p.organization)
    .where('serviceAccountId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
    .where('revokedAt', 'is', null)
    .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', p.now)]))
    .groupBy('serviceAccountId'),
)

export const tokenBySlug = query((p: { organization: string; account: string; reference: string }) =>
  tokenViews
    .where('api_tokens.organizationId', '=', p.organization)
    .where('serviceAccountId', '=', p.account)
    .where('api_tokens.slug', '=', p.reference),
)

export const tokenById = query((p: { organization: string; account: string; reference: string }) =>
  tokenViews
    .where('api_tokens.organizationId', '=', p.organization)
    .where('serviceAccountId', '=', p.account)
    .where('api_tokens.id', '=', p.reference),
)

/** By slug or id, of one account. */
export const tokenAt = (organization: string, account: string, reference: string) =>
  at(tokenById, tokenBySlug, { organization, account, reference })

export const tokenByHash = query((p: { hash: string }) =>
  q.selectFrom('api_tokens').select('id').where('hash', '=', p.hash),
)

/** What is kept in memory of a token that may still be used. */
const credentials = q
  .selectFrom('api_tokens')
  .innerJoin('service_accounts', 'service_accounts.id', 'api_tokens.serviceAccountId')
  .select([
    'api_tokens.id',
    'api_tokens.organizationId',
    'api_tokens.serviceAccountId',
    'hash',
    'instanceId',
    'expiresAt',
    sql<string>`"api_tokens"."scopes"`.as('scopesText'),
    sql<string>`"service_accounts"."slug" || '/' || "api_tokens"."slug"`.as('name'),
  ])
  .where('revokedAt', 'is', null)

export const credentialsAfter = query((p: { after: string; limit: number }) =>
  credentials.where('api_tokens.id', '>', p.after).orderBy('api_tokens.id').limit(p.limit),
)
export const credentialById = query((p: { id: string }) => credentials.where('api_tokens.id', '=', p.id))

export type CredentialRow = RowOf<typeof credentialById>

export const revokeToken = query((p: { organization: string; id: string; now: number }) =>
  q
    .updateTable('api_tokens')
    .set({ revokedAt: p.now })
    .where('organizationId', '=', p.organization)
    .where('id', '=', p.id),
)

export const recordTokenUse = query((p: { organization: string; id: string; at: number }) =>
  q
    .updateTable('api_tokens')
    .set({ lastUsedAt: p.at })
    .where('organizationId', '=', p.organization)
    .where('id', '=', p.id),
)

export const deleteTokensOf = query((p: { organization: string; account: string }) =>
  q.deleteFrom('api_tokens').where('organizationId', '=', p.organization).where('serviceAccountId', '=', p.account),
)
