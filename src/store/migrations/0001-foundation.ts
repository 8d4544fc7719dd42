/**
 * The first schema: identity, catalog, customers, metering, audit trail, outbox. Longer than 300 lines, because a schema
 * is read whole.
 */
export const foundation = `
create table organizations (
  "id" text primary key,
  "name" text not null,
  "slug" text not null unique,
  "createdAt" integer not null,
  "updatedAt" integer not null,
  "revision" integer not null
) strict;

create table service_accounts (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
create index service_accounts_by_name on service_accounts ("organizationId", "name", "id");
create index service_accounts_by_creation on service_accounts ("organizationId", "createdAt", "id");
create index service_accounts_by_update on service_accounts ("organizationId", "updatedAt", "id");

create table customers (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "externalCustomerId" text,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
create index customers_by_name on customers ("organizationId", "name", "id");
create index customers_by_creation on customers ("organizationId", "createdAt", "id");
create index customers_by_update on customers ("organizationId", "updatedAt", "id");

create table entitlements (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "description" text,
  "type" text not null,
  "meterType" text,
  "aggregationMethod" text,
  "unitSingular" text,
  "unitPlural" text,
  "warningThresholdPercent" real,
  "resetPeriod" text,
  "resetAnchor" text,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
create index entitlements_by_name on entitlements ("organizationId", "name", "id");
create index entitlements_by_creation on entitlements ("organizationId", "createdAt", "id");
create index entitlements_by_update on entitlements ("organizationId", "updatedAt", "id");

create table license_families (
  "organizationId" text not null references organizations ("id"),
  "slug" text not null,
  "lastVersion" integer not null,
  "deletedVersions" text not null,
  primary key ("organizationId", "slug")
) strict, without rowid;

create table licenses (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "description" text,
  "type" text not null,
  "familySlug" text not null,
  "version" integer not null,
  "versionName" text,
  "isActive" integer not null,
  "isDefault" integer not null,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug"),
  unique ("organizationId", "familySlug", "version"),
  foreign key ("organizationId", "familySlug") references license_families ("organizationId", "slug")
) strict;
create unique index licenses_one_default on licenses ("organizationId") where "isDefault" = 1;
create index licenses_by_name on licenses ("organizationId", "name", "id");
create index licenses_by_creation on licenses ("organizationId", "createdAt", "id");
create index licenses_by_update on licenses ("organizationId", "updatedAt", "id");

create table license_entitlements (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "licenseId" text not null references licenses ("id"),
  "entitlementId" text not null references entitlements ("id"),
  "value" text not null,
  "limitCapExceededOveragePercent" real not null,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("licenseId", "entitlementId")
) strict;
create index license_entitlements_by_entitlement on license_entitlements ("entitlementId", "licenseId");
create index license_entitlements_by_creation on license_entitlements ("licenseId", "createdAt", "id");

create table components (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "version" text not null,
  "slug" text not null,
  "description" text,
  "previousComponentId" text references components ("id"),
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug"),
  unique ("organizationId", "name", "version")
) strict;
create index components_by_creation on components ("organizationId", "createdAt", "id");
create index components_by_update on components ("organizationId", "updatedAt", "id");
create index components_by_previous on components ("previousComponentId") where "previousComponentId" is not null;

create table releases (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "version" text not null,
  "slug" text not null,
  "description" text,
  "previousReleaseId" text references releases ("id"),
  "createdAt" integer not null,
  "createdBy" text not null,
  unique ("organizationId", "slug"),
  unique ("organizationId", "version")
) strict;
create index releases_by_creation on releases ("organizationId", "createdAt", "id");
create index releases_by_previous on releases ("previousReleaseId") where "previousReleaseId" is not null;

create table release_components (
  "organizationId" text not null references organizations ("id"),
  "releaseId" text not null references releases ("id"),
  "componentId" text not null references components ("id"),
  "position" integer not null,
  primary key ("releaseId", "componentId")
) strict, without rowid;
create index release_components_by_component on release_components ("componentId");

create table deployment_zones (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text not null,
  "type" text not null,
  "description" text,
  "metadata" text not null,
  "releaseId" text references releases ("id"),
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
create index deployment_zones_by_name on deployment_zones ("organizationId", "name", "id");
create index deployment_zones_by_creation on deployment_zones ("organizationId", "createdAt", "id");
create index deployment_zones_by_update on deployment_zones ("organizationId", "updatedAt", "id");
create index deployment_zones_by_release on deployment_zones ("releaseId") where "releaseId" is not null;

-- A log that outlives its zone: no reference, so that a deleted zone leaves its history.
create table deployments (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "deploymentZoneId" text not null,
  "releaseId" text not null references releases ("id"),
  "createdAt" integer not null,
  "createdBy" text not null
) strict;
create index deployments_by_zone on deployments ("deploymentZoneId", "createdAt", "id");
create index deployments_by_release on deployments ("releaseId");

-- A deleted instance may outlive its customer and its license, so that its audit trail stays; it references neither.
create table instances (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "name" text not null,
  "slug" text,
  "formerSlug" text,
  "description" text not null,
  "customerId" text not null,
  "licenseId" text not null,
  "deploymentZoneId" text references deployment_zones ("id"),
  "startLicenseDate" integer not null,
  "endLicenseDate" integer,
  "metadata" text not null,
  "deletedAt" integer,
  "expiryToldFor" integer,
  "createdAt" integer not null,
  "createdBy" text not null,
  "updatedAt" integer not null,
  "updatedBy" text not null,
  "revision" integer not null,
  unique ("organizationId", "slug")
) strict;
-- Lists show the living; those that ask for the deleted too run in the read thread.
create index instances_by_name on instances ("organizationId", "name", "id") where "deletedAt" is null;
create index instances_by_creation on instances ("organizationId", "createdAt", "id") where "deletedAt" is null;
create index instances_by_update on instances ("organizationId", "updatedAt", "id") where "deletedAt" is null;
create index instances_by_customer on instances ("customerId", "createdAt", "id") where "deletedAt" is null;
create index instances_by_license on instances ("licenseId", "createdAt", "id") where "deletedAt" is null;
-- The deleted are in it as well: a zone that is deleted is looked for among them too.
create index instances_by_zone on instances ("deploymentZoneId", "createdAt", "id") where "deploymentZoneId" is not null;
-- The ends of licenses that nobody was told of yet.
create index instances_by_end on instances ("organizationId", "endLicenseDate")
  where "deletedAt" is null and "expiryToldFor" is distinct from "endLicenseDate";

create table api_tokens (
  "id" text primary key,
  "organizationId" text not null references organizations ("id"),
  "serviceAccountId" text not null references service_accounts ("id"),
  "name" text not null,
  "slug" text not null,
  "hash" text not null unique,
  "prefix" text not null,
  "scopes" text not null,
  "instanceId" text references instances ("id"),
  "expiresAt" integer,
  "lastUsedAt" integer,
  "revokedAt" integer,
  "createdAt" integer not null,
  "createdBy" text not null,
  unique ("serviceAccountId", "slug")
) strict;
create index api_tokens_by_creation on api_tokens ("serviceAccountId", "createdAt", "id");
create index api_tokens_by_name on api_tokens ("serviceAccountId", "name", "id");

create table entitlement_usages (
  "organizationId" text not null references organizations ("id"),
  "instanceId" text not null references instances ("id"),
  "entitlementId" text not null references entitlements ("id"),
  "periodStart" integer not null,
  "periodEnd" integer,
  "usage" text not null,
  "usageReal" real not null,
  "sum" text not null,
  "eventCount" integer not null,
  "latches" integer not null,
  "judgedThreshold" text,
  "judgedWarningPercent" real not null,
  "rolledOverAt" integer,
  "updatedAt" integer not null,
  primary key ("instanceId", "entitlementId", "periodStart")
) strict, without rowid;
create index entitlement_usages_by_entitlement on entitlement_usages ("entitlementId", "usageReal");
create index entitlement_usages_to_roll_over on entitlement_usages ("organizationId", "periodEnd")
  where "periodEnd" is not null and "rolledOverAt" is null;

create table usage_reports (
  "id" integer primary key autoincrement,
  "organizationId" text not null,
  "instanceId" text not null,
  "entitlementId" text not null,
  "licenseId" text not null,
  "reportedAt" integer not null,
  "acceptedAt" integer not null,
  "periodStart" integer not null,
  "behavior" text not null,
  "amount" text not null,
  "before" real not null,
  "after" real not null,
  "eventCount" integer not null,
  "limit" real,
  "late" integer not null,
  "transactionId" text,
  "metadata" text,
  "principal" text not null
) strict;
create index usage_reports_by_meter on usage_reports ("instanceId", "entitlementId");
create index usage_reports_by_organization on usage_reports ("organizationId");

create table usage_transactions (
  "organizationId" text not null,
  "instanceId" text not null,
  "entitlementId" text not null,
  "transactionId" text not null,
  "contentHash" text not null,
  "answer" text not null,
  "occurredAt" integer not null,
  primary key ("instanceId", "entitlementId", "transactionId")
) strict, without rowid;
create index usage_transactions_by_time on usage_transactions ("occurredAt");

-- Both indexes end in the rowid, so a page of any filter is one range of one index per kind.
create table feature_audit_trail (
  "id" integer primary key autoincrement,
  "organizationId" text not null,
  "instanceId" text not null,
  "entitlementId" text,
  "kind" integer not null,
  "payload" text not null,
  "principal" text not null,
  "occurredAt" integer not null
) strict;
create index feature_audit_trail_by_kind on feature_audit_trail ("instanceId", "kind", "occurredAt");
create index feature_audit_trail_by_entitlement
  on feature_audit_trail ("instanceId", "entitlementId", "kind", "occurredAt");

create table audit_days (
  "organizationId" text not null,
  "instanceId" text not null,
  "entitlementId" text not null,
  "day" integer not null,
  "reads" integer not null,
  "accepted" integer not null,
  "rejected" integer not null,
  "lastValue" real,
  "highestValue" real,
  primary key ("instanceId", "day", "entitlementId")
) strict, without rowid;

create table audit_retention (
  "organizationId" text primary key,
  "mark" integer not null
) strict;

create trigger feature_audit_trail_is_never_changed before update on feature_audit_trail
begin
  select raise(abort, 'the audit trail is append-only');
end;

create trigger feature_audit_trail_is_kept before delete on feature_audit_trail
when not exists (
  select 1 from audit_retention
  where "organizationId" = old."organizationId" and old."id" <= "mark"
)
begin
  select raise(abort, 'the audit trail is append-only');
end;

-- The full-text index is filled in the background, up to the row that search_progress names.
create virtual table audit_search using fts5 (terms, content = '', contentless_delete = 1, detail = none);
create table search_progress (
  "name" text primary key,
  "mark" integer not null
) strict;
insert into search_progress ("name", "mark") values ('feature_audit_trail', 0);

create table outbox_events (
  "id" integer primary key autoincrement,
  "organizationId" text not null,
  "eventName" text not null,
  "eventType" text not null,
  "subjectId" text not null,
  "data" text not null,
  "actor" text not null,
  "occurredAt" integer not null
) strict;
create index outbox_events_by_organization on outbox_events ("organizationId");
create index outbox_events_by_name on outbox_events ("organizationId", "eventName");

create table idempotency_keys (
  "organizationId" text not null,
  "credential" text not null,
  "method" text not null,
  "path" text not null,
  "key" text not null,
  "contentHash" text not null,
  "body" text not null,
  "occurredAt" integer not null,
  primary key ("organizationId", "credential", "method", "path", "key")
) strict, without rowid;
create index idempotency_keys_by_time on idempotency_keys ("occurredAt");
`
