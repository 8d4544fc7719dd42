import { ConfirmDeletion } from '../../views/deletion.tsx'
import { EditWebhook, NewWebhook } from '../../views/webhook-form.tsx'
import { aboveWebhook } from '../../views/webhook-layout.tsx'
import { addressOfWebhook, webhooksPath } from '../../views/webhook-notices.tsx'
import { DisableWebhook, EnableWebhook } from '../../views/webhook-sending.tsx'
import { WebhookList, WebhookOverview } from '../../views/webhooks.tsx'
import type { Fields } from '../domain/form.ts'
import { ListQuery } from '../domain/list.ts'
import { invalid } from '../domain/problem.ts'
import { attemptsOf, waitingOf, waitingOfEach } from '../store/webhook-deliveries.ts'
import { disabledWebhooks, webhooksOf } from '../store/webhooks.ts'
import type { House } from '../web/house.ts'
import { readLeaf, readPage } from '../web/lists.ts'
import { LeafQuery } from './lists.ts'
import { form, goTo, type Page, page } from './page.ts'
import { standing, webhook, webhookOf } from './webhook-reads.ts'

const newest = 5

export const webhooks = (house: House): Page[] => [
  ...page(webhooksPath, {
    demand: 'read:webhooks',
    query: LeafQuery,
    show: async ({ principal: { organization }, query }) => {
      const leaf = await readLeaf(house, webhooksOf(organization), query)
      const ids = JSON.stringify(leaf.items.map(({ id }) => id))
      const counted = await house.scan.all(waitingOfEach(ids))
      const waiting = new Map(counted.map(each => [each.endpointId, each.waiting]))
      return <WebhookList {...{ leaf, query, waiting }} disabled={house.read.all(disabledWebhooks, { organization })} />
    },
  }),
  ...form(`${webhooksPath}/new`, {
    demand: 'write:webhooks',
    show: () => <NewWebhook />,
    submit: async ask => {
      const made = await ask.submit('webhooks.create', eventsOf(ask.fields))
      return goTo(addressOfWebhook(made), 'The endpoint was created. Put its secret into the receiver.')
    },
  }),
  ...page(webhook, {
    demand: 'read:webhooks',
    show: async ask => {
      const shown = webhookOf(house, ask)
      const { organization } = ask.principal
      const source = attemptsOf(organization, { endpoint: shown.id }, house.deliveries.sending)
      const [counted, attempts] = await Promise.all([
        house.scan.all(waitingOf(shown.id)),
        readPage(house, source, ListQuery.parse({ limit: newest })),
      ])
      return (
        <WebhookOverview
          webhook={shown}
          waiting={counted[0]?.waiting ?? 0}
          attempts={attempts.items.map(standing(house))}
        />
      )
    },
  }),
  ...form(`${webhook}/edit`, {
    demand: 'write:webhooks',
    show: ask => <EditWebhook webhook={webhookOf(house, ask)} />,
    submit: async ask => {
      const saved = await ask.submit('webhooks.update', eventsOf(ask.fields))
      return goTo(addressOfWebhook(saved), 'The endpoint was saved.')
    },
  }),
  ...form(`${webhook}/enable`, {
    demand: 'write:webhooks',
    show: ask => <EnableWebhook webhook={webhookOf(house, ask)} />,
    submit: async ask => {
      const enabled = await ask.submit('webhooks.update', { enabled: true })
      return goTo(addressOfWebhook(enabled), 'The endpoint is enabled.')
    },
  }),
  ...form(`${webhook}/disable`, {
    demand: 'write:webhooks',
    show: ask => <DisableWebhook webhook={webhookOf(house, ask)} />,
    submit: async ask => {
      const disabled = await ask.submit('webhooks.update', { enabled: false })
      return goTo(addressOfWebhook(disabled), 'The endpoint is disabled.')
    },
  }),
  ...form(`${webhook}/delete`, {
    demand: 'write:webhooks',
    show: async ask => {
      const shown = webhookOf(house, ask)
      const to = addressOfWebhook(shown)
      const [counted] = await house.scan.all(waitingOf(shown.id))
      return (
        <ConfirmDeletion
          {...{ kind: 'endpoint', name: shown.url, revision: shown.revision }}
          action={`${to}/delete`}
          cancel={to}
          above={aboveWebhook(shown)}
        >
          {counted?.waiting ? `${counted.waiting} deliveries that wait for it are sent no more, and its` : 'Its'}{' '}
          history goes with it. To send nothing for a while, disable it.
        </ConfirmDeletion>
      )
    },
    submit: async ask => {
      await ask.submit('webhooks.delete')
      return goTo(webhooksPath, 'The endpoint was deleted.')
    },
  }),
]

/** Every event is an empty list; a list of none is no choice. */
function eventsOf(fields: Fields): { eventNames?: string[] } {
  if (fields.get('_events')?.at(-1) === 'all') return { eventNames: [] }
  if (fields.get('eventNames')?.some(name => name !== '')) return {}
  throw invalid({ location: 'body.eventNames', message: 'Tick at least one, or choose every event.' })
}
