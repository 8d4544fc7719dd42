import type { WebhookRecord } from '../src/domain/webhook.ts'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import { Layout } from './layout.tsx'
import { Time } from './time.tsx'
import { type Attempt, AttemptStanding, addressOfDelivery, attemptWords, Duration } from './webhook-history.tsx'
import { aboveWebhook } from './webhook-layout.tsx'
import { addressOfWebhook } from './webhook-notices.tsx'

/** Of the newest answer, of each before it, and of what was sent: pages stay small. The API has the whole. */
const shownAnswer = 4000
const shownOlderAnswer = 400
const shownRequest = 8000

interface DeliveryProps {
  delivery: { id: string; eventName: string; eventId: number | null }
  webhook: WebhookRecord
  /** Newest first; none where they are no longer kept. */
  attempts: readonly Attempt[]
  /** The body that is sent, as JSON text. */
  body: string | undefined
  /** Answers are for those who may write webhooks. */
  seesAnswers: boolean
}

/** One event on its way to one receiver: what is sent, and what came back each time. */
export const WebhookDelivery = ({ delivery, webhook, attempts, body, seesAnswers }: DeliveryProps) => {
  const { id, eventName, eventId } = delivery
  const last = attempts[0]
  return (
    <Layout title={eventName} above={aboveWebhook(webhook)} isNarrow>
      <div class="card">
        <div class="card-body">
          <h2 class="dialog-title" id="dialog-title">
            {eventName}
          </h2>
          <Definitions
            of={[
              ['Status', last && <StandingWords {...last} />],
              ['Endpoint', <a href={addressOfWebhook(webhook)}>{webhook.url}</a>],
              ['webhook-id', <Copy text={id} />],
              ['Event', eventId === null ? 'an example, sent as a test' : <code>{eventId}</code>],
            ]}
          />
          <Ways delivery={id} webhook={webhook} />
        </div>
      </div>
      {attempts.length > 0 && (
        <section class="card">
          <div class="card-header">
            <h2 class="card-title">Attempts</h2>
          </div>
          <ol class="attempts" reversed>
            {attempts.map((attempt, index) => (
              <AttemptItem
                attempt={attempt}
                seesAnswers={seesAnswers}
                most={index === 0 ? shownAnswer : shownOlderAnswer}
              />
            ))}
          </ol>
        </section>
      )}
      <section class="card">
        <div class="card-header">
          <h2 class="card-title">Request</h2>
        </div>
        <div class="card-body">
          {body === undefined ? (
            <p class="text-secondary">It is no longer kept.</p>
          ) : (
            <Body text={indented(body)} most={shownRequest} label="Request body" />
          )}
          <Curl title="All of it with the API" path={`/api/webhooks/history?delivery=${id}`} />
        </div>
      </section>
    </Layout>
  )
}

const StandingWords = (attempt: Attempt) => (
  <>
    <AttemptStanding {...attempt} />
    <div class="text-secondary">{attemptWords[attempt.status].says}</div>
  </>
)

/** Again, or back to where all of them are. */
const Ways = ({ delivery, webhook }: { delivery: string; webhook: WebhookRecord }) => {
  const action = `${addressOfDelivery(delivery)}/retry`
  const mayRetry = useFrame().mayOpen(action, 'POST')
  return (
    <>
      {mayRetry && !webhook.enabled && (
        <p class="text-secondary mt-3 mb-0">The endpoint is disabled: enable it to send again.</p>
      )}
      <div class="heading-actions mt-3">
        {mayRetry && webhook.enabled && (
          <Form action={action}>
            <button type="submit" class="btn">
              <Icon name="refresh" /> Send again now
            </button>
          </Form>
        )}
        <a class="btn btn-ghost-secondary" href={`${addressOfWebhook(webhook)}/history`} data-close>
          To the history
        </a>
      </div>
    </>
  )
}

interface AttemptItemProps {
  attempt: Attempt
  seesAnswers: boolean
  most: number
}

const AttemptItem = ({ attempt, seesAnswers, most }: AttemptItemProps) => {
  const { number, startedAt, dueAt, durationMs, error, nextAttemptAt, responseBody } = attempt
  return (
    <li value={number}>
      <div class="attempt-line">
        <strong>Attempt {number}</strong>
        <AttemptStanding {...attempt} />
        <span class="text-secondary">
          {startedAt === null ? 'due ' : ''}
          <Time of={startedAt ?? dueAt} />
          {durationMs !== null && (
            <>
              , took <Duration of={durationMs} />
            </>
          )}
        </span>
      </div>
      {error && <div>{error}</div>}
      {nextAttemptAt !== null && (
        <div class="text-secondary">
          Next try <Time of={nextAttemptAt} />
        </div>
      )}
      {seesAnswers && responseBody && <Body text={responseBody} most={most} label={`Answer to attempt ${number}`} />}
    </li>
  )
}

const Body = ({ text, most, label }: { text: string; most: number; label: string }) => (
  <section class="json" tabindex={0} aria-label={label}>
    <pre>
      {text.slice(0, most)}
      {text.length > most && '\n… cut here'}
    </pre>
  </section>
)

/** As it is read best. What is cut in the middle is no JSON, and stays as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
