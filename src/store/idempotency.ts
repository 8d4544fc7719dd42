import { q, query } from './query.ts'

type Key = { organizationId: string; credential: string; method: string; path: string; key: string }

export const findIdempotencyKey = query((p: Key) =>
  q
    .selectFrom('idempotency_keys')
    .select(['contentHash', 'body'])
    .where('organizationId', '=', p.organizationId)
    .where('credential', '=', p.credential)
    .where('method', '=', p.method)
    .where('path', '=', p.path)
    .where('key', '=', p.key),
)

export const insertIdempotencyKey = query((p: Key & { contentHash: string; body: string; occurredAt: number }) =>
  q.insertInto('idempotency_keys').values({
    organizationId: p.organizationId,
    credential: p.credential,
    method: p.method,
    path: p.path,
    key: p.key,
    contentHash: p.contentHash,
    body: p.body,
    occurredAt: p.occurredAt,
  }),
)

/** Keys are remembered for a day. In slices, so that no commit waits for a long deletion. */
export const forgetIdempotencyKeys = query((p: { before: number }) =>
  q.deleteFrom('idempotency_keys').where(({ eb, selectFrom, refTuple }) => {
    return eb(
      refTuple('organizationId', 'credential', 'method', 'path', 'key'),
      'in',
      selectFrom('idempotency_keys as old')
        .select(['old.organizationId', 'old.credential', 'old.method', 'old.path', 'old.key'])
        .where('old.occurredAt', '<', p.before)
        .limit(200)
        .$asTuple('organizationId', 'credential', 'method', 'path', 'key'),
    )
  }),
)
