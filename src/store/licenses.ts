import { sql } from 'kysely'
import { holdersAtMost } from '../domain/holders.ts'
import type { LicenseRecord, LicenseType } from '../domain/license.ts'
import type { Source } from './pages.ts'
import { bound, q, query, type Statement } from './query.ts'

export { licenseAt } from './references.ts'

export interface LicenseFilters {
  type?: LicenseType | undefined
  isActive?: boolean | undefined
  family?: string | undefined
}

export function licensesOf(organization: string, filters: LicenseFilters): Source<LicenseRecord> {
  const { type, isActive, family } = filters
  let rows = q.selectFrom('licenses').selectAll().where('organizationId', '=', organization)
  if (type) rows = rows.where('type', '=', type)
  if (isActive !== undefined) rows = rows.where('isActive', '=', isActive)
  if (family) rows = rows.where('familySlug', '=', family)
  return {
    list: 'licenses',
    table: 'licenses',
    rows,
    filters: { ...filters },
    scans: type !== undefined || isActive !== undefined || family !== undefined,
  }
}

/**
 * The same with the versions of a family together, the newest first: the order by name here. A family's slug ends before
 * a space, which sorts before whatever a longer slug goes on with; counted down from a number of as many digits as any,
 * versions sort as texts.
 */
export function licensesByFamily(organization: string, filters: LicenseFilters): Source<LicenseRecord> {
  const { list, rows, ...source } = licensesOf(organization, filters)
  const place = sql<string>`"familySlug" || ' ' || cast(1999999999 - "version" as text)`
  const placed = rows.select(place.as('place') as never)
  return {
    ...source,
    list: 'licenses-by-family',
    rows: q.selectFrom(placed.as('licenses') as never).selectAll() as unknown as Source<LicenseRecord>['rows'],
    columns: { name: 'place' },
    searched: ['name', 'slug', 'familySlug', 'versionName'],
    scans: true,
  }
}

/** How many living instances each of some licenses is on; those on none are left out. `ids` is a JSON list. */
export const instancesPerLicense = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('instances')
    .select(({ fn }) => ['licenseId', fn.countAll<number>().as('instances')])
    .where('organizationId', '=', p.organization)
    .where('deletedAt', 'is', null)
    .where('licenseId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
    .groupBy('licenseId'),
)

/** The 1 stands in the text of the query, because a partial index does not serve a value that is put in later. */
export const defaultLicense = query((p: { organization: string }) =>
  q
    .selectFrom('licenses')
    .selectAll()
    .where('organizationId', '=', p.organization)
    .where('isDefault', '=', sql<boolean>`1`),
)

export const instancesOnLicense = query((p: { license: string }) =>
  q
    .selectFrom('instances')
    .select(['id', 'name'])
    .where('licenseId', '=', p.license)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .limit(holdersAtMost + 1),
)

// ---- families

type Family = { organization: string; family: string }

export const licenseFamily = query((p: Family) =>
  q
    .selectFrom('license_families')
    .selectAll()
    .where('organizationId', '=', p.organization)
    .where('slug', '=', p.family),
)

export const putLicenseFamily = query((p: Family & { lastVersion: number; deletedVersions: number[] }) =>
  q
    .insertInto('license_families')
    .values({
      organizationId: p.organization,
      slug: p.family,
      lastVersion: p.lastVersion,
      deletedVersions: p.deletedVersions,
    })
    .onConflict(conflict =>
      conflict.columns(['organizationId', 'slug']).doUpdateSet(({ ref }) => ({
        lastVersion: ref('excluded.lastVersion'),
        deletedVersions: ref('excluded.deletedVersions'),
      })),
    ),
)

const versionsOf = (p: Family) =>
  q.selectFrom('licenses').selectAll().where('organizationId', '=', p.organization).where('familySlug', '=', p.family)

export const latestVersion = query((p: Family) => versionsOf(p).orderBy('version', 'desc').limit(1))

/** The versions of a family from the highest, at most so many. */
export const someVersionsOf = query((p: Family & { limit: number }) =>
  versionsOf(p).orderBy('version', 'desc').limit(p.limit),
)

/** The version of a family that came before another. */
export const versionBefore = query((p: Family & { version: number }) =>
  versionsOf(p).where('version', '<', p.version).orderBy('version', 'desc').limit(1),
)

export const countVersionsOf = query((p: Family) =>
  q
    .selectFrom('licenses')
    .select(({ fn }) => fn.countAll<number>().as('versions'))
    .where('organizationId', '=', p.organization)
    .where('familySlug', '=', p.family),
)

export const licenseOfVersion = query((p: Family & { version: number }) =>
  versionsOf(p).where('version', '=', p.version),
)

const slugOfLicenseOrFamily = query((p: { organization: string; slug: string }) =>
  q
    .selectFrom('licenses')
    .select('id')
    .where('organizationId', '=', p.organization)
    .where('slug', '=', p.slug)
    .unionAll(
      q
        .selectFrom('license_families')
        .select('slug as id')
        .where('organizationId', '=', p.organization)
        .where('slug', '=', p.slug),
    )
    .limit(1),
)

/** A row if a license or a family has the slug: a family keeps its slug when its first version is deleted. */
export const licenseOrFamilyAt = (organization: string, slug: string): Statement<{ id: string }> =>
  bound(slugOfLicenseOrFamily, { organization, slug })
