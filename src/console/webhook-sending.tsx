import { addressOfDelivery } from '../../views/webhook-history.tsx'
import { addressOfWebhook, webhooksPath } from '../../views/webhook-notices.tsx'
import { RecoverWebhook, RetryAll, RetryDelivery, TestWebhook } from '../../views/webhook-sending.tsx'
import { inputOf } from '../domain/form.ts'
import { parse } from '../domain/input.ts'
import { countedAtMost, ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { attemptsOf, attemptView } from '../store/webhook-deliveries.ts'
import { webhooksOf } from '../store/webhooks.ts'
import { recovered, Since, sentNow } from '../web/deliveries.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { ownFields } from './forms.ts'
import { type Ask, form, type GoTo, goTo, type Page } from './page.ts'
import { deliveryOf, webhook, webhookOf } from './webhook-reads.ts'

const day = 86_400_000
const slice = 200

/** What people send by hand: a test, one again, all that is dead, all that was missed. */
export const webhookSending = (house: House): Page[] => {
  /** Sends, and shows on the delivery's page how that ended. */
  const sent = async ({ principal }: Ask, deliveryId: string): Promise<GoTo> => {
    const id = await sentNow(house, deliveryId)
    const { status, responseStatus, durationMs } = found(
      house.read.find(attemptView(principal.organization, id)),
      'Webhook.NotFound',
    )
    const answer = responseStatus === null ? 'no answer' : `answered ${responseStatus}`
    const ended = status === 'SUCCESS' ? 'Delivered' : 'Not delivered'
    return goTo(addressOfDelivery(deliveryId), `${ended}: ${answer} after ${durationMs} ms.`)
  }

  const deadOf = ({ principal }: Ask, endpoint?: string) =>
    attemptsOf(principal.organization, { status: 'DEAD', ...(endpoint && { endpoint }) }, house.deliveries.sending)

  const countDead = async (ask: Ask, endpoint?: string) =>
    (await readPage(house, deadOf(ask, endpoint), ListQuery.parse({ limit: 1 }))).total

  /** Dead deliveries of endpoints that are enabled, oldest first, each once more. Tests are nobody's loss. */
  const retryDead = async (ask: Ask, endpoint?: string): Promise<number> => {
    const { principal, asked } = ask
    const { items } = await readPage(house, webhooksOf(principal.organization), ListQuery.parse({ limit: slice }))
    const enabled = new Set(items.filter(each => each.enabled).map(({ id }) => id))
    let retried = 0
    for (let cursor: string | undefined, more = true; more && retried < countedAtMost; ) {
      const query = ListQuery.parse({ limit: slice, sort: 'createdAt', cursor })
      const dead = await readPage(house, deadOf(ask, endpoint), query)
      const again = dead.items.filter(({ endpointId, eventId }) => eventId !== null && enabled.has(endpointId))
      await Promise.all(
        again.map(({ deliveryId: delivery }) =>
          house.submit('deliveries.retry', principal, undefined, { ...asked, at: { delivery } }),
        ),
      )
      for (const id of new Set(again.map(({ endpointId }) => endpointId))) house.deliveries.wakeFor(id)
      retried += again.length
      cursor = dead.nextCursor
      more = dead.hasMore
    }
    return retried
  }

  return [
    ...form(`${webhook}/test`, {
      demand: 'write:webhooks',
      show: ask => <TestWebhook webhook={webhookOf(house, ask)} />,
      submit: async ask => sent(ask, (await ask.submit('webhooks.test')).deliveryId),
    }),
    ...form(`${addressOfDelivery('{delivery}')}/retry`, {
      demand: 'write:webhooks',
      show: ask => {
        const { delivery, webhook: row } = deliveryOf(house, ask)
        return <RetryDelivery delivery={delivery.id} webhook={row} />
      },
      submit: async ask => sent(ask, (await ask.submit('deliveries.retry')).deliveryId),
    }),
    ...form(`${webhook}/recover`, {
      demand: 'write:webhooks',
      show: ask => {
        const row = webhookOf(house, ask)
        return <RecoverWebhook webhook={row} since={row.failingSince ?? ask.now - day} />
      },
      submit: async ask => {
        const row = webhookOf(house, ask)
        const { since } = parse(Since, inputOf(Since, ownFields(ask.fields)))
        const requeued = await recovered(house, ask.principal, ask.asked, Date.parse(since))
        return goTo(`${addressOfWebhook(row)}/history`, requeued === 0 ? 'Nothing was missed.' : queued(requeued))
      },
    }),
    ...form(`${webhooksPath}/retry`, {
      demand: 'write:webhooks',
      show: async ask => <RetryAll dead={await countDead(ask)} />,
      submit: async ask => goTo(`${webhooksPath}/history`, queued(await retryDead(ask))),
    }),
    ...form(`${webhook}/retry`, {
      demand: 'write:webhooks',
      show: async ask => {
        const row = webhookOf(house, ask)
        return <RetryAll webhook={row} dead={await countDead(ask, row.id)} />
      },
      submit: async ask => {
        const row = webhookOf(house, ask)
        return goTo(`${addressOfWebhook(row)}/history`, queued(await retryDead(ask, row.id)))
      },
    }),
  ]
}

const queued = (count: number): string =>
  count === 1 ? 'One delivery is sent again.' : `${count.toLocaleString('en-US')} deliveries are sent again.`
