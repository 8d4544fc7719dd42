import { z } from 'zod'
import { Confirmation } from '../../views/confirmation.tsx'
import { ConfirmGrantChange } from '../../views/grant-confirmation.tsx'
import { AddGrant, ChooseEntitlement, EditGrant } from '../../views/grant-forms.tsx'
import { crumbsToLicense, versionedName } from '../../views/license-layout.tsx'
import { unlimited } from '../domain/entitlement.ts'
import { type Fields, inputOf } from '../domain/form.ts'
import { isLowered } from '../domain/grant-difference.ts'
import { parse } from '../domain/input.ts'
import { type GrantView, LicenseEntitlementChanges } from '../domain/license.ts'
import { sorts } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { entitlementAt, entitlementsNotOn } from '../store/entitlements.ts'
import { grantViewOf } from '../store/license-entitlements.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { ownFields } from './forms.ts'
import { grantChangePreview } from './grant-changes.ts'
import { licenseOf } from './license-heads.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const NotOnQuery = LeafQuery.extend({ sort: z.enum(sorts).default('name') })

const grantPath = '/licenses/{license}/entitlements/{entitlement}'

/** What a license grants: added, changed and removed, one entitlement at a time. */
export const grants = (house: House): Page[] => {
  const ends = (ask: Ask) => {
    const license = licenseOf(house, ask)
    const { organization } = ask.principal
    const entitlement = found(house.read.find(entitlementAt(organization, ask.at.entitlement)), 'Entitlement.NotFound')
    const key = { organization, license: license.id, entitlement: entitlement.id }
    return { license, entitlement, grant: house.read.find(grantViewOf, key) }
  }
  const granted = (ask: Ask) => {
    const { grant, ...rest } = ends(ask)
    return { ...rest, grant: found(grant, 'LicenseEntitlement.NotFound') }
  }

  /** The grant as the form says it. */
  const wanted = (ask: Ask, grant: GrantView): GrantView => {
    const said = inputOf(LicenseEntitlementChanges, ownFields(ask.fields))
    const { value = grant.value, limitCapExceededOveragePercent = grant.limitCapExceededOveragePercent } = parse(
      LicenseEntitlementChanges.partial(),
      { ...said, ...quotaInput(ask.fields) },
    )
    return { ...grant, value, limitCapExceededOveragePercent }
  }

  /** Who would be over it; undefined where nothing becomes less. */
  const overAfter = async ({ principal }: Ask, before: GrantView, after: GrantView) => {
    if (after.value.type !== 'number' || !isLowered(before, after)) return undefined
    const change = await grantChangePreview(house, {
      organization: principal.organization,
      license: after.licenseId,
      entitlement: after.entitlementId,
      threshold: after.value.value,
      overagePercent: after.limitCapExceededOveragePercent,
    })
    return change.over > 0 ? change : undefined
  }

  return [
    ...page('/licenses/{license}/entitlements/new', {
      demand: 'write:licenses',
      query: NotOnQuery,
      show: async ask => {
        const { query } = ask
        const license = licenseOf(house, ask)
        const leaf = await readLeaf(house, entitlementsNotOn(ask.principal.organization, license.id), query)
        return <ChooseEntitlement {...{ license, leaf, query }} />
      },
    }),
    ...form(`${grantPath}/add`, {
      demand: 'write:licenses',
      show: ask => {
        const { grant, ...shown } = ends(ask)
        return <AddGrant {...shown} isGranted={grant !== undefined} />
      },
      submit: async ask => {
        const { license, entitlement } = ends(ask)
        const more = { entitlementId: entitlement.id, ...quotaInput(ask.fields) }
        await ask.submit('licenseEntitlements.assign', more)
        return goTo(`/licenses/${license.slug}`, `${license.name} grants ${entitlement.name} now.`)
      },
    }),
    ...form(`${grantPath}/edit`, {
      demand: 'write:licenses',
      show: ask => <EditGrant {...granted(ask)} />,
      submit: async ask => {
        const { license, entitlement, grant } = granted(ask)
        if (!ask.fields.has('_confirmed')) {
          const after = wanted(ask, grant)
          const change = await overAfter(ask, grant, after)
          const { fields } = ask
          if (change) return <ConfirmGrantChange {...{ license, entitlement, before: grant, after, change, fields }} />
        }
        await ask.submit('licenseEntitlements.update', quotaInput(ask.fields))
        return goTo(`/licenses/${license.slug}`, `${entitlement.name} was saved.`)
      },
    }),
    ...form(`${grantPath}/remove`, {
      demand: 'write:licenses',
      show: ask => {
        const { license, entitlement, grant } = granted(ask)
        const to = `/licenses/${license.slug}`
        return (
          <Confirmation
            title={`Remove ${entitlement.name} from ${versionedName(license)}?`}
            submit="Remove"
            isDangerous
            revision={grant.revision}
            action={`${to}/entitlements/${entitlement.slug}/remove`}
            cancel={to}
            above={crumbsToLicense(license)}
            said="Instances with this license lose it with their next request. What they used of it is kept, and counts on should the license grant it again."
          />
        )
      },
      submit: async ask => {
        const { license, entitlement } = granted(ask)
        await ask.submit('licenseEntitlements.unassign')
        return goTo(`/licenses/${license.slug}`, `${license.name} does not grant ${entitlement.name} any more.`)
      },
    }),
  ]
}

/** Unlimited is a box of its own, whatever stands in the field beside it; it takes no overage. */
const quotaInput = (fields: Fields): object =>
  fields.get('_unlimited')?.at(-1) === 'true'
    ? { value: { type: 'number', value: unlimited }, limitCapExceededOveragePercent: 0 }
    : {}
