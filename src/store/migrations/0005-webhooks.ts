/**
 * Webhook endpoints, what is due to them, and every attempt. An attempt that is still to come is a row too (PENDING, with
 * `dueAt`), so what waits, what failed and what follows is one list. Ids of deliveries are what receivers de-duplicate by:
 * unique beyond this database, for a restored backup uses the numbers of its events again.
 */
export const webhooks = `
create table webhook_endpoints (
  "id" text primary key,
  "organizationId" text not null,
  "url" text not null,
  "description" text,
  "eventNames" text not null,
  "enabled" integer not null,
  "disabledReason" text,
  "secret" text not null,
  "previousSecret" text,
  "previousSecretUntil" integer,
  "failingSince" integer,
  "failures" integer not null,
  "deletedAt" integer,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null
) strict;
create index webhook_endpoints_by_organization on webhook_endpoints ("organizationId", "createdAt");
create index webhook_endpoints_deleted on webhook_endpoints ("deletedAt") where "deletedAt" is not null;

create table webhook_deliveries (
  "id" text primary key,
  "organizationId" text not null,
  "endpointId" text not null,
  "eventId" integer,
  "eventName" text not null,
  "createdAt" integer not null
) strict, without rowid;
create unique index webhook_deliveries_by_event on webhook_deliveries ("endpointId", "eventId");

create table webhook_attempts (
  "id" integer primary key autoincrement,
  "organizationId" text not null,
  "endpointId" text not null,
  "deliveryId" text not null,
  "eventName" text not null,
  "number" integer not null,
  "step" integer not null,
  "status" text not null,
  "dueAt" integer,
  "startedAt" integer,
  "durationMs" integer,
  "responseStatus" integer,
  "responseBody" text,
  "error" text,
  "nextAttemptAt" integer
) strict;
create index webhook_attempts_by_organization on webhook_attempts ("organizationId");
create index webhook_attempts_by_status on webhook_attempts ("organizationId", "status");
create index webhook_attempts_by_endpoint on webhook_attempts ("endpointId");
create index webhook_attempts_by_delivery on webhook_attempts ("deliveryId");
create index webhook_attempts_due on webhook_attempts ("endpointId", "dueAt") where "dueAt" is not null;
create index webhook_attempts_finished on webhook_attempts ("startedAt") where "dueAt" is null;
`
