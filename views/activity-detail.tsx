import { type EventView, eventTitle } from '../src/domain/event.ts'
import { changesIn, type MemberChange, valueText } from '../src/domain/event-difference.ts'
import type { JsonObject } from '../src/domain/input.ts'
import { cut, What, Who } from './activity.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { Json } from './json.tsx'
import { Layout } from './layout.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

/** As much of an event's data as a page has room for. */
const dataShown = 20_000
const valueShown = 2_000

export const ActivityDetail = ({ happened, before }: { happened: EventView; before: JsonObject | undefined }) => {
  const { id, eventName, eventType, subjectId, data, actor, occurredAt } = happened
  const changes = changesIn(data, before)
  return (
    <Layout title={eventTitle(eventType)} above={[{ to: '/activity', name: 'Activity' }]} isNarrow>
      <div class="card">
        <div class="card-body">
          <h2 class="dialog-title" id="dialog-title">
            {eventTitle(eventType)}
          </h2>
          <Definitions
            of={[
              ['What', <What {...happened} />],
              ['Who', <Who actor={actor} />],
              ['When', <Time of={occurredAt} />],
              ['Event', <Copy text={eventName} />],
              ['Number', id],
              ['Object', <Copy text={subjectId} />],
            ]}
          />
        </div>
        {changes.length > 0 && <Changes changes={changes} isKnown={before !== undefined} />}
        <div class="card-body">
          {JSON.stringify(data).length > dataShown ? (
            <Curl title="The data is long; the API has it" path={`/api/events?eventName=${eventName}`} />
          ) : (
            <Json value={data} label="Data" />
          )}
          <div class="form-buttons">
            <a class="btn" href="/activity" data-close>
              Close
            </a>
          </div>
        </div>
      </div>
    </Layout>
  )
}

const Changes = ({ changes, isKnown }: { changes: readonly MemberChange[]; isKnown: boolean }) => (
  <Table
    label="Differences"
    rows={changes}
    columns={[
      { title: 'Member', cell: ({ member }) => <code>{member}</code> },
      ...(isKnown
        ? [{ title: 'Before', cell: ({ before }: MemberChange) => <del>{cut(valueText(before), valueShown)}</del> }]
        : []),
      { title: 'After', cell: ({ after }) => <ins>{cut(valueText(after), valueShown)}</ins> },
    ]}
  />
)
