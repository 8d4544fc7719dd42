/** What the database knows by itself and nobody else: made here, so that restored and copied databases keep it. */
export const eventStreams = `
create table secrets (
  "name" text primary key,
  "secret" text not null
) strict, without rowid;
insert into secrets ("name", "secret") values ('event-streams', lower(hex(randomblob(32))));
`
