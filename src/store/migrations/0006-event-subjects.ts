/** What an object was before a change is in the event before of the same object. */
export const eventSubjects = `
create index outbox_events_by_subject on outbox_events ("subjectId");
`
