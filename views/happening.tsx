import type { EventName } from '../src/domain/event.ts'
import { Card } from './card.tsx'
import { useFrame } from './frame.ts'
import { capitalized } from './status.tsx'
import { Time } from './time.tsx'

export interface Happening {
  id: number
  eventName: EventName
  data: Record<string, unknown>
  actor: unknown
  occurredAt: number
}

/** The newest changes, a line each. */
export const Activity = ({ activity }: { activity: readonly Happening[] }) => {
  const mayOpenAll = useFrame().mayOpen('/activity')
  return (
    activity.length > 0 && (
      <Card title="Newest activity" isFlush actions={mayOpenAll && <a href="/activity">All activity</a>}>
        <ul class="hits">
          {activity.map(each => (
            <li class="happening">
              <span>
                {capitalized(eventWords(each.eventName))} <strong>{subjectOf(each)}</strong>
              </span>
              <span class="happening-when">
                {whoOf(each)} · <Time of={each.occurredAt} />
              </span>
            </li>
          ))}
        </ul>
      </Card>
    )
  )
}

/** FEATURE_FLAG_CREATION → feature flag created */
function eventWords(name: EventName): string {
  const known = ofQuotas[name]
  if (known) return known
  const words = name.toLowerCase().replace('api_', 'API_').split('_')
  const last = words.at(-1) ?? ''
  return [...words.slice(0, -1), done[last] ?? last].join(' ')
}

/** What happens by itself is said as people see it. */
const ofQuotas: Partial<Record<EventName, string>> = {
  INSTANCE_ENTITLEMENT_USAGE_REACHED: 'quota used up:',
  INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED: 'quota near its limit:',
  INSTANCE_ENTITLEMENT_CAP_EXCEEDED: 'quota over its limit:',
  INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER: 'quota begins anew:',
  LICENSE_ENTITLEMENT_ASSIGNMENT: 'license grants',
  LICENSE_ENTITLEMENT_UPDATE: 'license grants otherwise',
  LICENSE_ENTITLEMENT_UNASSIGNMENT: 'license no longer grants',
  USER_SIGN_IN: 'signed in:',
  USER_SIGN_IN_FAILURE: 'sign-in refused:',
}

const done: Record<string, string> = {
  creation: 'created',
  update: 'changed',
  deletion: 'deleted',
  assignment: 'assigned',
  unassignment: 'taken away',
  restoration: 'restored',
  deployment: 'deployed',
  migration: 'moved',
  change: 'changed',
  revocation: 'revoked',
  archival: 'archived',
  failure: 'failed',
}

/** What it is about, by what people call it. */
const subjectOf = ({ data }: Happening): string | undefined => {
  if (typeof data.current_usage === 'number') return `${data.entitlementSlug} of ${data.instanceSlug}`
  const named = [data.name, data.entitlementSlug, data.version, data.slug, data.url, data.email]
  return named.find((each): each is string => typeof each === 'string' && each !== '')
}

const whoOf = ({ actor }: Happening): string => String((actor as { name?: unknown } | null)?.name ?? '')
