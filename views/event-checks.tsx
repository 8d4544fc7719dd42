import { type EventName, eventNames, eventTypes } from '../src/domain/event.ts'
import { Check, ChoiceWithMore } from './choices.tsx'
import { sentence } from './fields.tsx'
import { useField } from './form-state.ts'

/** Events by what they are about, in the order of the catalogue. */
export const eventDomains: readonly { name: string; events: readonly EventName[] }[] = [
  ...Map.groupBy(eventNames, name => partOf(name, 2)),
].map(([domain, events]) => ({ name: words(domain), events }))

/** com.kaiten.customer.v1.created: the domain is part 2, what happened part -1. */
function partOf(name: EventName, place: number): string {
  return eventTypes[name].split('.').at(place) ?? ''
}

/** deployment_zone → Deployment zone */
function words(part: string): string {
  const text = part.replaceAll('_', ' ').replace(/^api /, 'API ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Of several words between domain and verb, all: `license.entitlement.v1.assigned` → "Entitlement assigned" */
const labelOf = (name: EventName): string => {
  const parts = eventTypes[name].split('.').slice(3)
  return words(parts.filter(part => part !== 'v1').join(' '))
}

/** Which events an endpoint gets: every one, or those that are ticked. The API calls every one an empty list. */
export function EventsField({ chosen }: { chosen: readonly string[] }) {
  const { id, typed, error } = useField('eventNames', { ofParts: true })
  const names = typed ?? chosen
  return (
    <ChoiceWithMore
      name="_events"
      label="Events"
      value={chosen.length === 0 ? 'all' : ''}
      choices={[
        { value: 'all', label: 'Every event', hint: 'Also those of versions to come.' },
        { value: '', label: 'Only these' },
      ]}
    >
      {error && (
        <div class="field-error" id={`${id}-error`}>
          {sentence('Events', error)}
        </div>
      )}
      <div class="event-domains">
        {eventDomains.map(({ name, events }) => (
          <fieldset class="event-domain" data-checks>
            <legend>
              {name}
              <span class="event-domain-buttons">
                <button type="button" class="btn btn-sm btn-ghost-secondary" data-checks-set="all" hidden>
                  All<span class="visually-hidden"> of {name}</span>
                </button>
                <button type="button" class="btn btn-sm btn-ghost-secondary" data-checks-set="none" hidden>
                  None<span class="visually-hidden"> of {name}</span>
                </button>
              </span>
            </legend>
            {events.map(event => (
              <Check
                id={`${id}-${event}`}
                type="checkbox"
                name="eventNames"
                value={event}
                label={labelOf(event)}
                hint={<code>{event}</code>}
                isChecked={names.includes(event)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </ChoiceWithMore>
  )
}

/** What an endpoint has asked for, short. */
export function Events({ of }: { of: readonly string[] }) {
  if (of.length === 0) return <span>every event</span>
  if (of.length === 1) return <code>{of[0]}</code>
  return (
    <details>
      <summary>{of.length} events</summary>
      {of.map(name => (
        <div>
          <code>{name}</code>
        </div>
      ))}
    </details>
  )
}
