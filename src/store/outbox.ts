import { q, query } from './query.ts'

interface NewEvent {
  organizationId: string
  eventName: string
  eventType: string
  subjectId: string
  data: string
  actor: string
  occurredAt: number
}

// Data and actor are given as JSON text: they were serialized once, when the action ended.
export const insertEvent = query((p: NewEvent) =>
  q
    .insertInto('outbox_events')
    .columns(['organizationId', 'eventName', 'eventType', 'subjectId', 'data', 'actor', 'occurredAt'])
    .values({
      organizationId: p.organizationId,
      eventName: p.eventName,
      eventType: p.eventType,
      subjectId: p.subjectId,
      data: p.data,
      actor: p.actor,
      occurredAt: p.occurredAt,
    } as never),
)
