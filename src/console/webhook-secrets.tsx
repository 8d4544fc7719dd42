import { RotateSecret, SecretShown, ShowSecret, WebhookReceiver } from '../../views/webhook-secrets.tsx'
import type { House } from '../web/house.ts'
import { shownSecrets } from '../web/webhook-secrets.ts'
import { form, type Page, page } from './page.ts'
import { webhook, webhookOf } from './webhook-reads.ts'

/** How the two sides know each other: the secret, on demand, and what verifies with it. */
export const webhookSecrets = (house: House): Page[] => [
  ...form(`${webhook}/secret`, {
    demand: 'write:webhooks',
    needsPassword: true,
    show: ask => <ShowSecret webhook={webhookOf(house, ask)} />,
    submit: async ask => {
      const row = webhookOf(house, ask)
      return <SecretShown webhook={row} {...shownSecrets(house, ask.principal, row)} />
    },
  }),
  ...form(`${webhook}/rotate`, {
    demand: 'write:webhooks',
    needsPassword: true,
    show: ask => <RotateSecret webhook={webhookOf(house, ask)} />,
    submit: async ask => {
      // Nothing typed: one is made.
      const secret = ask.fields.get('secret')?.at(-1)?.trim() || undefined
      await ask.submit('webhooks.rotateSecret', { secret })
      const row = webhookOf(house, ask)
      return <SecretShown webhook={row} {...shownSecrets(house, ask.principal, row)} isNew />
    },
  }),
  ...page(`${webhook}/receiver`, {
    demand: 'read:webhooks',
    show: ask => <WebhookReceiver webhook={webhookOf(house, ask)} />,
  }),
]
