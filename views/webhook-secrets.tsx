import type { WebhookRecord } from '../src/domain/webhook.ts'
import { Card } from './card.tsx'
import { Confirmation } from './confirmation.tsx'
import { Copy } from './copy.tsx'
import { TextField } from './fields.tsx'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { Snippet } from './snippet.tsx'
import { Time } from './time.tsx'
import { aboveWebhook, WebhookLayout } from './webhook-layout.tsx'
import { addressOfWebhook } from './webhook-notices.tsx'

export const ShowSecret = ({ webhook }: { webhook: WebhookRecord }) => (
  <Confirmation
    title="Show the signing secret"
    action={`${addressOfWebhook(webhook)}/secret`}
    submit="Show it"
    cancel={addressOfWebhook(webhook)}
    above={aboveWebhook(webhook)}
    needsPassword
    said="Whoever has it can send events that your receiver takes for ours. That it was shown to you is in the log."
  />
)

export const RotateSecret = ({ webhook }: { webhook: WebhookRecord }) => (
  <Confirmation
    title="Rotate the signing secret"
    action={`${addressOfWebhook(webhook)}/rotate`}
    submit="Rotate"
    cancel={addressOfWebhook(webhook)}
    above={aboveWebhook(webhook)}
    revision={webhook.revision}
    needsPassword
    said="For 24 hours both secrets sign every request, so a receiver verifies with either: put the new one into it within that time, and nothing is lost. Rotating again within it drops the old one at once."
  >
    <TextField
      name="secret"
      label="New secret"
      isCode
      placeholder="whsec_…"
      longest={120}
      hint="Left empty, one is made. Give one that your receivers have already: whsec_ and 24 to 64 bytes in base64."
    />
  </Confirmation>
)

interface SecretShownProps {
  webhook: WebhookRecord
  secret: string
  previousSecret: string | null
  previousSecretUntil: number | null
  isNew?: boolean
}

export const SecretShown = ({
  webhook,
  secret,
  previousSecret,
  previousSecretUntil,
  isNew = false,
}: SecretShownProps) => (
  <Layout title={isNew ? 'New signing secret' : 'Signing secret'} above={aboveWebhook(webhook)} isNarrow>
    {previousSecretUntil !== null && (
      <Notice title="Two secrets sign">
        The one before goes on signing beside this one until <Time of={previousSecretUntil} />. Put this one into the
        receiver by then.
      </Notice>
    )}
    <Card title="Secret">
      <p class="secret">
        <Copy text={secret} shown={secret} />
      </p>
      {previousSecret && (
        <>
          <p class="text-secondary mb-1">The one before:</p>
          <p class="secret">
            <Copy text={previousSecret} />
          </p>
        </>
      )}
      <p class="text-secondary mb-0">Keep it where secrets belong, not in the receiver’s code.</p>
    </Card>
    <Card title="Put it into a receiver">
      <Snippet title="Where the receiver below runs" text={`export WEBHOOK_SECRET='${secret}'`} />
      <Snippet title="A receiver in Node.js" text={receiver} />
    </Card>
    <div>
      <a class="btn" href={addressOfWebhook(webhook)}>
        Back to the endpoint
      </a>
    </div>
  </Layout>
)

/** How the other side is written. */
export const WebhookReceiver = ({ webhook }: { webhook: WebhookRecord }) => (
  <WebhookLayout webhook={webhook}>
    <Card title="Verify what arrives">
      <p class="text-secondary">
        Requests are signed by Standard Webhooks, for which there are libraries in most languages; the headers also come
        under their <code>svix-</code> names. In Node.js, with <code>npm install standardwebhooks</code> and the secret
        in <code>WEBHOOK_SECRET</code>:
      </p>
      <Snippet title="A receiver in Node.js" text={receiver} />
    </Card>
    <Card title="What to count on">
      <ul class="mb-0">
        <li>Answer 2xx within 15 seconds; do long work afterwards. Redirects count as failures.</li>
        <li>
          An event comes at least once. A repetition has the same <code>webhook-id</code>: remember those you have had.
        </li>
        <li>Events are started in their order, but may arrive in another.</li>
        <li>What fails is tried again for about three days; then it is dead, and can be sent again by hand.</li>
        <li>
          Answering 410 disables the endpoint. 429 and 503 with <code>Retry-After</code> put the next try off.
        </li>
      </ul>
    </Card>
  </WebhookLayout>
)

/** A test runs it as it stands. */
const receiver = `import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.WEBHOOK_SECRET)

createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    // As it came: parsed and written again it would not verify.
    const body = Buffer.concat(chunks).toString()
    const event = webhook.verify(body, request.headers)
    console.log(request.headers['webhook-id'], event.name, event.data)
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end('The signature does not fit.')
  }
}).listen(process.env.PORT ?? 3000)`
