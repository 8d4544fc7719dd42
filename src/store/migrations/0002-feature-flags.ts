export const featureFlags = `
create table feature_flags (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "description" text,
  "type" text not null,
  "enabled" integer not null,
  "variants" text not null,
  "defaultVariant" text not null,
  "targetingRules" text not null,
  "salt" text,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
create index feature_flags_by_name on feature_flags ("organizationId", "name", "id");
create index feature_flags_by_creation on feature_flags ("organizationId", "createdAt", "id");
create index feature_flags_by_update on feature_flags ("organizationId", "updatedAt", "id");

-- Outlives its flag, so that answers of a deleted one can still be explained.
create table feature_flag_history (
  "organizationId" text not null,
  "flagId" text not null,
  "revision" integer not null,
  "occurredAt" integer not null,
  "principal" text not null,
  "changedFields" text not null,
  "flag" text not null,
  primary key ("flagId", "revision")
) strict, without rowid;

-- Raised by every write of a flag of the organization and kept when flags are deleted: clients compare it.
create table feature_flag_sets (
  "organizationId" text primary key references organizations ("id"),
  "revision" integer not null
) strict, without rowid;
`
