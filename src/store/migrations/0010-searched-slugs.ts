/** Who searches among very many by a text looks at names and slugs: both stand in the index, and no row is read for them. */
export const searchedSlugs = `
drop index customers_by_name;
create index customers_by_name on customers ("organizationId", "name", "id", "slug");
drop index instances_by_name;
create index instances_by_name on instances ("organizationId", "name", "id", "slug") where "deletedAt" is null;
drop index feature_flags_by_name;
create index feature_flags_by_name on feature_flags ("organizationId", "name", "id", "slug");
`
