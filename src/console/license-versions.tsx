import { z } from 'zod'
import { NewVersion } from '../../views/license-forms.tsx'
import { type Movable, type Moved, MovedInstances, MoveInstances } from '../../views/license-move.tsx'
import { LicenseVersions } from '../../views/license-versions.tsx'
import { seen } from '../actions/instances.ts'
import { type GrantDifference, grantDifferences } from '../domain/grant-difference.ts'
import { Reference } from '../domain/input.ts'
import type { GrantView, LicenseRecord } from '../domain/license.ts'
import { ListQuery } from '../domain/list.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import { instanceAt, instancesOf } from '../store/instances.ts'
import { someGrantViewsOf } from '../store/license-entitlements.ts'
import { licenseAt, licenseFamily, someVersionsOf, versionBefore } from '../store/licenses.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { grantChangePreview } from './grant-changes.ts'
import { instancesOfEach, licenseHead, licenseOf } from './license-heads.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const mostVersions = 50
const mostGrants = 1000
/** How many instances are moved at once. */
const mostMoved = 100

const MoveQuery = z.object({ from: Reference.optional() })

/** Versions of a license: made from each other, compared, and instances moved between them. */
export const licenseVersions = (house: House): Page[] => {
  const grantsOf = ({ organizationId: organization, id: license }: LicenseRecord) =>
    house.scan.all(someGrantViewsOf, { organization, license, limit: mostGrants })

  const familyOf = ({ organizationId: organization, familySlug: family }: LicenseRecord) => ({ organization, family })

  return [
    ...page('/licenses/{license}/versions', {
      demand: 'read:licenses',
      show: async ask => {
        const head = await licenseHead(house, ask)
        const { license } = head
        const family = await house.scan.all(someVersionsOf, { ...familyOf(license), limit: mostVersions })
        const each = await instancesOfEach(house, ask.principal.organization, family)
        const before = house.read.find(versionBefore, { ...familyOf(license), version: license.version })
        const differences = before ? grantDifferences(await grantsOf(before), await grantsOf(license)) : []
        return <LicenseVersions {...{ ...head, family, each, before, differences }} />
      },
    }),
    ...form('/licenses/{license}/new-version', {
      demand: 'write:licenses',
      show: async ask => {
        const license = licenseOf(house, ask)
        const family = house.read.find(licenseFamily, familyOf(license))
        const next = (family?.lastVersion ?? license.version) + 1
        return <NewVersion {...{ license, next }} grants={(await grantsOf(license)).length} />
      },
      submit: async ask => {
        const { familySlug, id } = licenseOf(house, ask)
        const made = await ask.submit('licenses.create', { familySlug, copyGrantsFrom: id })
        return goTo(`/licenses/${made.slug}`, `${made.name}, version ${made.version}, was created.`)
      },
    }),
    ...form('/licenses/{license}/move', {
      demand: 'write:instances',
      query: MoveQuery,
      show: async ask => {
        const to = licenseOf(house, ask)
        const from = originOf(house, ask, to)
        const [old, next] = await Promise.all([grantsOf(from), grantsOf(to)])
        const query = ListQuery.parse({ sort: 'createdAt', limit: mostMoved })
        const filters = { license: from.id, only: ask.principal.instance }
        const { items, total } = await readPage(house, instancesOf(to.organizationId, query.sort, filters), query)
        const { over, isAll } = await overAfterMove(house, old, next)
        const instances = items.map(({ id, name, slug, customerSlug }) => ({
          ...{ id, name, slug, customerSlug },
          over: over.get(id) ?? [],
        })) satisfies Movable[]
        return <MoveInstances {...{ to, from, instances, total, isAll }} differences={grantDifferences(old, next)} />
      },
      submit: async ask => {
        const to = licenseOf(house, ask)
        const from = originOf(house, ask, to)
        const chosen = (ask.fields.get('instances') ?? []).filter(id => id !== '')
        if (chosen.length === 0)
          throw invalid({ location: 'body.instances', message: 'are needed: choose at least one' })
        if (chosen.length > mostMoved)
          throw invalid({ location: 'body.instances', message: `are too many at once: choose at most ${mostMoved}` })
        const moved = await Promise.all(chosen.map(id => move(house, ask, id, { from, to })))
        return <MovedInstances {...{ to, from, moved }} />
      },
    }),
  ]
}

/** Where instances come from: what the address or the form names, else the version before. */
function originOf({ read }: House, ask: Ask<z.infer<typeof MoveQuery>>, to: LicenseRecord): LicenseRecord {
  const { organizationId: organization, familySlug: family, version } = to
  const named = ask.fields.get('from')?.at(-1) ?? ask.query.from
  const from = named
    ? read.find(licenseAt(organization, named))
    : read.find(versionBefore, { organization, family, version })
  // The first version has none before it: nothing to move, and the page says so.
  return named ? found(from, 'License.NotFound') : (from ?? to)
}

/** Each move is the instance's own change, which may be refused without holding up the others. */
async function move(
  house: House,
  { principal, asked }: Ask,
  id: string,
  { from, to }: { from: LicenseRecord; to: LicenseRecord },
): Promise<Moved> {
  const row = seen(house.read.find(instanceAt(principal.organization, id)), principal)
  const { name, slug, customerSlug } = row
  const result = { id, name, slug, customerSlug }
  if (row.licenseId !== from.id) return { ...result, refusal: 'It has another license by now.' }
  try {
    const change = { at: { instance: id }, ifMatch: `"${row.revision}"`, requestId: asked.requestId }
    await house.submit('instances.update', principal, { licenseId: to.id }, change)
    return { ...result, refusal: undefined }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { ...result, refusal: error.message }
  }
}

/** Whose use would be over what the next license grants: by instance, each in words, and whether those are all. */
async function overAfterMove(house: House, old: readonly GrantView[], next: readonly GrantView[]) {
  const over = new Map<string, string[]>()
  let isAll = true
  for (const { of: grant, after } of grantDifferences(old, next).filter(isLessOfQuota)) {
    const { organizationId: organization, entitlementId: entitlement, entitlementName } = grant
    const license = old.find(({ entitlementId }) => entitlementId === entitlement)?.licenseId ?? grant.licenseId
    const threshold = after?.value.type === 'number' ? after.value.value : 0
    const change = { organization, license, entitlement, threshold, overagePercent: after?.overagePercent ?? 0 }
    const preview = await grantChangePreview(house, change)
    isAll &&= preview.over <= preview.instances.length
    for (const { id, use } of preview.instances)
      over.set(id, [...(over.get(id) ?? []), `${entitlementName} (${use.toLocaleString('en-US')} used)`])
  }
  return { over, isAll }
}

const isLessOfQuota = ({ type, kind }: GrantDifference): boolean =>
  type === 'NUMBER' && (kind === 'lowered' || kind === 'removed')
