/** What somebody did is a range of an index, and who there is can be skipped through. */
export const eventActors = `
create index outbox_events_by_actor on outbox_events ("organizationId", "actor");
`
