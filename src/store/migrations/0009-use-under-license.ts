/** The license under which a meter counts: null once its window is rolled over, its instance deleted, the end told. */
const counting = `(
  select "licenseId" from instances
  where "id" = "instanceId" and "deletedAt" is null and ("expiryToldFor" = "endLicenseDate") is not true)`

/**
 * Under one license the order by percent is the order by use. So each meter says under which license it counts, and what
 * no longer counts leaves the range that a page reads. Triggers keep it true, so that no action can forget it; a report
 * that changes a meter and makes none fires nothing of this.
 */
export const useUnderLicense = `
alter table entitlement_usages add column "underLicenseId" text;
update entitlement_usages set "underLicenseId" = ${counting} where "rolledOverAt" is null;

create trigger meters_begin_under_a_license after insert on entitlement_usages when new."rolledOverAt" is null
begin
  update entitlement_usages set "underLicenseId" = ${counting}
  where "instanceId" = new."instanceId" and "entitlementId" = new."entitlementId" and "periodStart" = new."periodStart";
end;
create trigger meters_count_until_rolled_over after update of "rolledOverAt" on entitlement_usages
when new."rolledOverAt" is not null and new."underLicenseId" is not null
begin
  update entitlement_usages set "underLicenseId" = null
  where "instanceId" = new."instanceId" and "entitlementId" = new."entitlementId" and "periodStart" = new."periodStart";
end;
create trigger meters_follow_their_instance
after update of "licenseId", "deletedAt", "endLicenseDate", "expiryToldFor" on instances
begin
  update entitlement_usages set "underLicenseId" = ${counting}
  where "instanceId" = new."id" and "rolledOverAt" is null;
end;

drop index entitlement_usages_by_entitlement;
create index entitlement_usages_by_use on entitlement_usages
  ("entitlementId", "underLicenseId", "usageReal", "instanceId", "periodEnd");
create index entitlement_usages_by_instance on entitlement_usages
  ("entitlementId", "underLicenseId", "instanceId", "periodEnd");
create index instances_of_license on instances
  ("licenseId", "deletedAt", "id", "startLicenseDate", "endLicenseDate");
`
