export const users = `
-- People, of no organization: an address and a password are theirs wherever they belong.
create table users (
  "id" text primary key,
  "email" text not null unique,
  "passwordHash" text,
  "theme" text not null,
  "createdAt" integer not null,
  "updatedAt" integer not null,
  "revision" integer not null
) strict;

-- What an organization knows of a person, under an id of its own.
create table memberships (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "userId" text not null references users ("id"),
  "name" text not null,
  "role" text not null,
  "acceptedAt" integer,
  "disabledAt" integer,
  "lastSignInAt" integer,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "userId")
) strict;
create index memberships_by_user on memberships ("userId");
create index memberships_by_name on memberships ("organizationId", "name", "id");
create index memberships_by_creation on memberships ("organizationId", "createdAt", "id");
create index memberships_by_update on memberships ("organizationId", "updatedAt", "id");

-- Only hashes of what people hold: a copy of this file lets nobody in.
create table sessions (
  "id" text primary key,
  "hash" text not null unique,
  "userId" text not null references users ("id") on delete cascade,
  "organizationId" text not null references organizations ("id"),
  "createdAt" integer not null,
  "lastSeenAt" integer not null,
  "freshAt" integer not null,
  "expiresAt" integer not null,
  "userAgent" text,
  "address" text not null
) strict;
create index sessions_by_user on sessions ("userId");
create index sessions_by_end on sessions ("expiresAt");

create table one_time_links (
  "hash" text primary key,
  "organizationId" text not null references organizations ("id"),
  "kind" text not null,
  "membershipId" text references memberships ("id") on delete cascade,
  "expiresAt" integer not null
) strict, without rowid;
create index one_time_links_by_membership on one_time_links ("membershipId");
create index one_time_links_by_end on one_time_links ("expiresAt");
`
