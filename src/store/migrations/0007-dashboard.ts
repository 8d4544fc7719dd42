/**
 * What the dashboard counts, so that it costs the same however much there is: the days of a whole organization beside those
 * of each instance, the meters that are over a line (few, and written only when a line is passed), and living instances by
 * the dates of their license.
 */
export const dashboard = `
create table organization_days (
  "organizationId" text not null,
  "day" integer not null,
  "reads" integer not null,
  "accepted" integer not null,
  "rejected" integer not null,
  primary key ("organizationId", "day")
) strict, without rowid;
insert into organization_days ("organizationId", "day", "reads", "accepted", "rejected")
  select "organizationId", "day", sum("reads"), sum("accepted"), sum("rejected") from audit_days
  group by "organizationId", "day";

create index entitlement_usages_over_a_line on entitlement_usages ("organizationId")
  where "latches" <> 0 and "rolledOverAt" is null;
create index instances_by_license_end on instances
  ("organizationId", ifnull("endLicenseDate", 253402300799999), "startLicenseDate") where "deletedAt" is null;
`
