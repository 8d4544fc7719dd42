import { q, query } from './query.ts'

type Key = { organizationId: string; credential: string; method: string; path: string; key: string }

export const findIdempotencyKey = query((p: Key) =>
  q
    .selectFrom('idempotency_keys')
    .select(['contentHash', 'body', 'occurredAt'])
    .where('organizationId', '=', p.organizationId)
    .where('credential', '=', p.credential)
    .where('method', '=', p.method)
    .where('path', '=', p.path)
    .where('key', '=', p.key),
)

/** A key that was used longer ago than it is remembered may be used again. */
export const putIdempotencyKey = query((p: Key & { contentHash: string; body: string; occurredAt: number }) =>
  q
    .insertInto('idempotency_keys')
    .values({
      organizationId: p.organizationId,
      credential: p.credential,
      method: p.method,
      path: p.path,
      key: p.key,
      contentHash: p.contentHash,
      body: p.body,
      occurredAt: p.occurredAt,
    })
    .onConflict(conflict =>
      conflict.columns(['organizationId', 'credential', 'method', 'path', 'key']).doUpdateSet(({ ref }) => ({
        contentHash: ref('excluded.contentHash'),
        body: ref('excluded.body'),
        occurredAt: ref('excluded.occurredAt'),
      })),
    ),
)
