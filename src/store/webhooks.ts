import type { WebhookRecord } from '../domain/webhook.ts'
import type { Source } from './pages.ts'
import { bound, q, query, type Statement } from './query.ts'

const living = q.selectFrom('webhook_endpoints').selectAll().where('deletedAt', 'is', null)

const byId = query((p: { organization: string; id: string }) =>
  living.where('organizationId', '=', p.organization).where('id', '=', p.id),
)

/** Endpoints have no slug: a URL would make a poor one, and they are listed, not spoken of. */
export const webhookAt = (organization: string, id: string): Statement<WebhookRecord> =>
  bound(byId, { organization, id: id.toLowerCase() })

export const webhooksOf = (organization: string): Source<WebhookRecord> => ({
  list: 'webhooks',
  table: 'webhook_endpoints',
  rows: living.where('organizationId', '=', organization),
  columns: { name: 'url' },
  searched: ['url', 'description'],
  filters: {},
})

/** Those that were switched off by what their receivers answered, for the notices. There are at most 100 to look at. */
export const disabledWebhooks = query((p: { organization: string }) =>
  living
    .where('organizationId', '=', p.organization)
    .where('disabledReason', 'is not', null)
    .orderBy('updatedAt', 'desc'),
)

export const countWebhooks = query((p: { organization: string }) =>
  q
    .selectFrom('webhook_endpoints')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organizationId', '=', p.organization)
    .where('deletedAt', 'is', null),
)

/** Whom an event of the organization may go to. */
export const listeningWebhooks = query((p: { organization: string }) =>
  q
    .selectFrom('webhook_endpoints')
    .select(['id', 'eventNames'])
    .where('organizationId', '=', p.organization)
    .where('enabled', '=', true)
    .where('deletedAt', 'is', null),
)

// ---- of all organizations, for the courier's memory

export const webhookById = query((p: { id: string }) => living.where('id', '=', p.id))

export const webhooksAfter = query((p: { after: string; limit: number }) =>
  living.where('id', '>', p.after).orderBy('id').limit(p.limit),
)

// ---- deleted ones, whose deliveries are removed in slices

export const deletedWebhooks = query((_: Record<never, never>) =>
  q.selectFrom('webhook_endpoints').select(['id']).where('deletedAt', 'is not', null).limit(1),
)

export const removeWebhook = query((p: { id: string }) => q.deleteFrom('webhook_endpoints').where('id', '=', p.id))
