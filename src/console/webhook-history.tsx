import { z } from 'zod'
import { WebhookDelivery } from '../../views/webhook-delivery.tsx'
import { addressOfDelivery, EndpointHistory, WebhookHistory } from '../../views/webhook-history.tsx'
import { webhooksPath } from '../../views/webhook-notices.tsx'
import { eventNames } from '../domain/event.ts'
import { eventExample } from '../domain/event-example.ts'
import { ListQuery } from '../domain/list.ts'
import { covers } from '../domain/scope.ts'
import { attemptJson, attemptStatuses } from '../domain/webhook-attempt.ts'
import { attemptsOf } from '../store/webhook-deliveries.ts'
import { disabledWebhooks, webhooksOf } from '../store/webhooks.ts'
import type { House } from '../web/house.ts'
import { readLeaf, readPage } from '../web/lists.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, type Page, page } from './page.ts'
import { deliveryOf, standing, webhook, webhookOf } from './webhook-reads.ts'

/** As date-time fields send it, which is meant as UTC here. */
const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/, 'must be a time such as 2026-03-15T12:00')
  .refine(text => Number.isFinite(epoch(text)), 'is not a day of the calendar')

const epoch = (text: string): number => Date.parse(`${text}Z`)

const HistoryQuery = LeafQuery.extend({
  status: z.enum(attemptStatuses).optional(),
  event: z.enum(eventNames).optional(),
  endpoint: z.uuid().optional(),
  from: Time.optional(),
  to: Time.optional(),
})
type HistoryQuery = z.infer<typeof HistoryQuery>

/** A delivery has about ten attempts by the schedule; those beyond were sent by hand. */
const mostAttempts = 20

/** Every attempt to deliver, and each delivery with what was sent and what came back. */
export const webhookHistory = (house: House): Page[] => {
  const leafOf = async ({ principal: { organization }, query }: Ask<HistoryQuery>, endpoint = query.endpoint) => {
    const { status, event: eventName, from, to } = query
    const times = { after: from && epoch(from), before: to && epoch(to) }
    const filters = { endpoint, status, eventName, after: times.after || undefined, before: times.before || undefined }
    const leaf = await readLeaf(house, attemptsOf(organization, filters, house.deliveries.sending), query)
    return { ...leaf, items: leaf.items.map(standing(house)) }
  }

  return [
    ...page(`${webhooksPath}/history`, {
      demand: 'read:webhooks',
      query: HistoryQuery,
      show: async ask => {
        const { organization } = ask.principal
        const every = ListQuery.parse({ sort: 'name', limit: 200 })
        const [leaf, endpoints] = await Promise.all([leafOf(ask), readPage(house, webhooksOf(organization), every)])
        const disabled = house.read.all(disabledWebhooks, { organization })
        return <WebhookHistory {...{ leaf, disabled }} query={ask.query} endpoints={endpoints.items} />
      },
    }),
    ...page(`${webhook}/history`, {
      demand: 'read:webhooks',
      query: HistoryQuery.omit({ endpoint: true }),
      show: async ask => {
        const row = webhookOf(house, ask)
        return <EndpointHistory webhook={row} leaf={await leafOf(ask, row.id)} query={ask.query} />
      },
    }),
    ...page(addressOfDelivery('{delivery}'), {
      demand: 'read:webhooks',
      show: async ask => {
        const shown = deliveryOf(house, ask)
        const source = attemptsOf(ask.principal.organization, { delivery: shown.delivery.id }, house.deliveries.sending)
        const { items } = await readPage(house, source, ListQuery.parse({ limit: mostAttempts }))
        const [last] = items
        const seen = { sending: house.deliveries.sending, full: false }
        return (
          <WebhookDelivery
            {...shown}
            attempts={items.map(standing(house))}
            body={last && attemptJson(last, seen, eventExample).requestBody}
            seesAnswers={covers(ask.principal.scopes, 'write:webhooks')}
          />
        )
      },
    }),
  ]
}
