import { type LicenseRecord, versionSlug } from '../domain/license.ts'
import { invalid, Problem } from '../domain/problem.ts'
import { isReserved, numbered, slugFrom } from '../domain/slug.ts'
import type { Tx } from '../engine/transaction.ts'
import {
  latestVersion,
  licenseAt,
  licenseFamily,
  licenseOfVersion,
  licenseOrFamilyAt,
  putLicenseFamily,
} from '../store/licenses.ts'
import type { LicenseFamilyRecord } from '../store/tables.ts'
import { freeSlug } from './slugs.ts'

interface Wish {
  name: string
  slug?: string | undefined
  familySlug?: string | undefined
  version?: number | undefined
}

/** What a new license is in its family. `latest` is the version that was the highest before it. */
interface Place extends Pick<LicenseRecord, 'familySlug' | 'version' | 'slug'> {
  latest?: LicenseRecord | undefined
}

const slugWish = { kind: 'license', taken: 'License.SlugTaken' } as const

/** The next version of the family that is meant, or the first of a new one. Source: product.md, "License family". */
export async function placeInFamily(tx: Tx, organization: string, wish: Wish): Promise<Place> {
  const family = await tx.find(licenseFamily, { organization, family: familyMeant(wish) })
  if (family) return nextVersion(tx, family, wish)
  if (wish.familySlug === undefined) return firstVersion(tx, organization, wish)
  throw invalid({ location: 'body.familySlug', message: 'names no family of licenses', value: wish.familySlug })
}

/** The number of a deleted version is kept, so that no later one takes it. */
export async function retireVersion(tx: Tx, { organizationId, familySlug, version }: LicenseRecord): Promise<void> {
  const { lastVersion, deletedVersions } = await tx.one(licenseFamily, {
    organization: organizationId,
    family: familySlug,
  })
  await tx.run(putLicenseFamily, {
    organization: organizationId,
    family: familySlug,
    lastVersion,
    deletedVersions: [...deletedVersions, version],
  })
}

function familyMeant({ familySlug, slug, name }: Wish): string {
  const derived = slugFrom(name, 'license')
  // "Test" is a word of routes, so its first license got test-2, and that is the family's slug.
  return familySlug ?? slug ?? (isReserved(derived) ? numbered(derived, 2) : derived)
}

async function firstVersion(tx: Tx, organization: string, wish: Wish): Promise<Place> {
  const slug = await freeSlug(tx, { ...slugWish, ...wish }, candidate => licenseOrFamilyAt(organization, candidate))
  const version = wish.version ?? 1
  await tx.run(putLicenseFamily, { organization, family: slug, lastVersion: version, deletedVersions: [] })
  return { familySlug: slug, version, slug }
}

async function nextVersion(tx: Tx, family: LicenseFamilyRecord, wish: Wish): Promise<Place> {
  const { organizationId: organization, slug: familySlug, lastVersion, deletedVersions } = family
  const version = wish.version ?? lastVersion + 1
  if (
    deletedVersions.includes(version) ||
    (await tx.find(licenseOfVersion, { organization, family: familySlug, version }))
  )
    throw new Problem(
      'License.VersionTaken',
      `${familySlug} has had a version ${version}. Leave the version out to get ${lastVersion + 1}.`,
      { errors: [{ location: 'body.version', message: 'is taken', value: String(version) }] },
    )
  const name = versionSlug(familySlug, version)
  const slug = await freeSlug(tx, { ...slugWish, slug: wish.slug, name }, candidate =>
    licenseAt(organization, candidate),
  )
  const latest = await tx.find(latestVersion, { organization, family: familySlug })
  const highest = Math.max(lastVersion, version)
  await tx.run(putLicenseFamily, { organization, family: familySlug, lastVersion: highest, deletedVersions })
  return { familySlug, version, slug, latest }
}
