import type { Part } from '../../views/release-form.tsx'
import type { ComponentRecord } from '../domain/component.ts'
import type { ReleaseView } from '../domain/release.ts'
import { type Difference, differencesBetween } from '../domain/release-difference.ts'
import { componentLinesOf, componentsByIds, newestVersions } from '../store/components.ts'
import { releaseAt } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'

/** What releases are made of, for their pages and for those of the zones that run them. */

export const componentsOfRelease = (
  { scan }: House,
  organization: string,
  release: ReleaseView | undefined,
): Promise<ComponentRecord[]> =>
  release ? scan.all(componentsByIds, { organization, ids: JSON.stringify(release.componentIds) }) : Promise.resolve([])

export const referredRelease = ({ read }: House, organization: string, reference: string | null | undefined) =>
  reference ? read.find(releaseAt(organization, reference)) : undefined

export interface Compared {
  differences: Difference[]
  /** Where a component of either release is shown. */
  addressOf: (name: string, version: string) => string | undefined
}

/** What comes with a release after another one, or after none. */
export async function compared(
  house: House,
  organization: string,
  before: ReleaseView | undefined,
  after: ReleaseView | undefined,
): Promise<Compared> {
  const [old, now] = await Promise.all([
    componentsOfRelease(house, organization, before),
    componentsOfRelease(house, organization, after),
  ])
  const slugs = new Map([...old, ...now].map(({ name, version, slug }) => [`${name}\n${version}`, slug]))
  return {
    differences: differencesBetween(old, now),
    addressOf: (name, version) => {
      const slug = slugs.get(`${name}\n${version}`)
      return slug && `/components/${slug}`
    },
  }
}

/** Versions that can be chosen of each component, and components beside those of the previous release. */
const [perName, namesBeside] = [10, 60]

/** The rows of the form for a release that is made from another. */
export async function partsFrom(
  house: House,
  organization: string,
  from: ReleaseView | undefined,
): Promise<{ parts: Part[]; isCut: boolean }> {
  const [kept, lines] = await Promise.all([
    componentsOfRelease(house, organization, from),
    readPage(house, componentLinesOf(organization), {
      limit: namesBeside,
      sort: '-createdAt',
      q: undefined,
      cursor: undefined,
    }),
  ])
  const beside = lines.items.map(({ name }) => name).filter(name => !kept.some(part => part.name === name))
  const names = JSON.stringify([...new Set(kept.map(({ name }) => name)), ...beside])
  const newest = await house.scan.all(newestVersions, { organization, names, perName })
  const byName = Map.groupBy(newest, ({ name }) => name)
  const keptParts = kept.map(part => {
    const versions = byName.get(part.name) ?? []
    // One older than the newest few can still be kept.
    return {
      name: part.name,
      kept: part,
      versions: versions.some(({ id }) => id === part.id) ? versions : [...versions, part],
    }
  })
  const parts = [
    ...keptParts,
    ...beside.sort().map(name => ({ name, kept: undefined, versions: byName.get(name) ?? [] })),
  ]
  return { parts, isCut: lines.hasMore }
}
