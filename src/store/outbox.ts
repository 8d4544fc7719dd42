import { insertion } from './query.ts'

export const insertEvent = insertion('outbox_events', [
  'organizationId',
  'eventName',
  'eventType',
  'subjectId',
  'data',
  'actor',
  'occurredAt',
])
