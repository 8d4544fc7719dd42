import { q, query } from './query.ts'
import type { OutboxEventRecord } from './tables.ts'

/** Gives the number that the event got. */
export const insertEvent = query((event: Omit<OutboxEventRecord, 'id'>) =>
  q
    .insertInto('outbox_events')
    .values({
      organizationId: event.organizationId,
      eventName: event.eventName,
      eventType: event.eventType,
      subjectId: event.subjectId,
      data: event.data,
      actor: event.actor,
      occurredAt: event.occurredAt,
    } as OutboxEventRecord)
    .returning('id'),
)
