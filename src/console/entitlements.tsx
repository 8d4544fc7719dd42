import { z } from 'zod'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { EditEntitlement, NewEntitlement } from '../../views/entitlement-form.tsx'
import { EntitlementCustomers, EntitlementLicenses, EntitlementUsage } from '../../views/entitlement-tabs.tsx'
import { EntitlementList, EntitlementOverview } from '../../views/entitlements.tsx'
import { currentMeter } from '../actions/meters.ts'
import { EntitlementType, noMeter } from '../domain/entitlement.ts'
import type { Fields } from '../domain/form.ts'
import { holders } from '../domain/holders.ts'
import { found } from '../domain/problem.ts'
import { type Granted, usageAnswer } from '../domain/usage-answer.ts'
import {
  customersGranted,
  entitlementAt,
  entitlementsOf,
  instancesUsingEntitlement,
  licensesGranting,
  licensesHoldingEntitlement,
  licensesPerEntitlement,
  useOfEntitlement,
} from '../store/entitlements.ts'
import { type UsageByPercentRow, usageByPercent } from '../store/usage-by-percent.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { demandName } from './forms.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const EntitlementsQuery = LeafQuery.extend({ type: EntitlementType.optional() })

/** What is used most of stands first. */
const UsageQuery = LeafQuery.extend({ sort: z.enum(['percent', '-percent', 'name', '-name']).default('-percent') })
/** The percent takes the place of the time of creation: see usageByPercent. */
const sortedAs = { percent: 'createdAt', '-percent': '-createdAt', name: 'name', '-name': '-name' } as const

const entitlementPath = '/entitlements/{entitlement}'

export const entitlements = (house: House): Page[] => {
  const entitlementOf = ({ principal, at }: Ask) =>
    found(house.read.find(entitlementAt(principal.organization, at.entitlement)), 'Entitlement.NotFound')

  /** How many licenses grant each, counted beside the main thread. */
  const licensesOfEach = async (organization: string, ids: readonly string[]) => {
    const counted = await house.scan.all(licensesPerEntitlement, { organization, ids: JSON.stringify(ids) })
    return new Map(counted.map(({ entitlementId, licenses }) => [entitlementId, licenses]))
  }

  /** The entitlement with the number of licenses that grant it: what every tab's head shows. */
  const counted = async (ask: Ask) => {
    const entitlement = entitlementOf(ask)
    const each = await licensesOfEach(ask.principal.organization, [entitlement.id])
    return { entitlement, licenses: each.get(entitlement.id) ?? 0 }
  }

  /** What keeps it from being deleted, in words; undefined where nothing does. */
  const heldBy = async (entitlement: string): Promise<string | undefined> => {
    const [granting, using] = await Promise.all([
      house.scan.all(licensesHoldingEntitlement, { entitlement }),
      house.scan.all(instancesUsingEntitlement, { entitlement }),
    ])
    if (granting.length > 0) return `It is granted by ${holders(granting, 'license')}. Take it from them first.`
    if (using.length > 0)
      return `It has usage of ${holders(using, 'instance')}, which is kept: it explains what was allowed and refused.`
    return undefined
  }

  return [
    ...page('/entitlements', {
      demand: 'read:entitlements',
      query: EntitlementsQuery,
      show: async ({ principal: { organization }, query }) => {
        const leaf = await readLeaf(house, entitlementsOf(organization, query.type), query)
        const licenses = await licensesOfEach(
          organization,
          leaf.items.map(({ id }) => id),
        )
        return <EntitlementList {...{ leaf, query, licenses }} />
      },
    }),
    ...form('/entitlements/new', {
      demand: 'write:entitlements',
      show: () => <NewEntitlement />,
      submit: async ask => {
        const { slug, name } = await ask.submit('entitlements.create', fitting(ask.fields))
        return goTo(`/entitlements/${slug}`, `${name} was created.`)
      },
    }),
    ...page(entitlementPath, {
      demand: 'read:entitlements',
      show: async ask => <EntitlementOverview {...(await counted(ask))} />,
    }),
    ...page(`${entitlementPath}/usage`, {
      demand: 'read:entitlements',
      query: UsageQuery,
      show: async ask => {
        const { principal, query, now } = ask
        const shown = await counted(ask)
        const source = usageByPercent(principal.organization, shown.entitlement.id, now)
        const leaf = await readLeaf(house, source, { ...query, sort: sortedAs[query.sort] })
        return (
          <EntitlementUsage
            {...{ ...shown, query }}
            leaf={{ ...leaf, items: leaf.items.map(row => useOf(row, now)) }}
          />
        )
      },
    }),
    ...page(`${entitlementPath}/licenses`, {
      demand: ['read:entitlements'],
      query: LeafQuery,
      show: async ask => {
        const shown = await counted(ask)
        const { principal, query } = ask
        const leaf = await readLeaf(house, licensesGranting(principal.organization, shown.entitlement.id), query)
        return <EntitlementLicenses {...{ ...shown, leaf, query }} />
      },
    }),
    ...page(`${entitlementPath}/customers`, {
      demand: 'read:entitlements',
      query: LeafQuery,
      show: async ask => {
        const shown = await counted(ask)
        const { principal, query } = ask
        const leaf = await readLeaf(house, customersGranted(principal.organization, shown.entitlement.id), query)
        return <EntitlementCustomers {...{ ...shown, leaf, query }} />
      },
    }),
    ...form(`${entitlementPath}/edit`, {
      demand: 'write:entitlements',
      show: ask => {
        const entitlement = entitlementOf(ask)
        const isFixed = house.read.find(useOfEntitlement, { entitlement: entitlement.id }) !== undefined
        return <EditEntitlement {...{ entitlement, isFixed }} />
      },
      submit: async ask => {
        const { slug, name } = await ask.submit('entitlements.update', fitting(ask.fields))
        return goTo(`/entitlements/${slug}`, `${name} was saved.`)
      },
    }),
    ...form(`${entitlementPath}/delete`, {
      demand: 'write:entitlements',
      show: async ask => {
        const { id, name, slug, revision } = entitlementOf(ask)
        const to = `/entitlements/${slug}`
        return (
          <ConfirmDeletion
            {...{ kind: 'entitlement', name, revision }}
            action={`${to}/delete`}
            cancel={to}
            above={[
              { to: '/entitlements', name: 'Entitlements' },
              { to, name },
            ]}
            heldBy={await heldBy(id)}
            asksForName
          >
            Nothing grants it and nothing has used it. Its slug is free again afterwards.
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name } = entitlementOf(ask)
        demandName(ask.fields, name)
        await ask.submit('entitlements.delete')
        return goTo('/entitlements', `${name} was deleted.`)
      },
    }),
  ]
}

/** What the form shows for quotas alone is not meant for the other types, nor an anchor where nothing starts over. */
function fitting(fields: Fields): object {
  const type = fields.get('type')?.at(-1)
  if (type !== undefined && type !== 'NUMBER') return noMeter
  return fields.get('resetPeriod')?.at(-1) === '' ? { resetAnchor: null } : {}
}

function useOf(row: UsageByPercentRow, now: number) {
  // The license grants it, else there were no such row.
  const granted = row as unknown as Granted
  const { meter, window } = currentMeter(row.periodStart === null ? undefined : row, granted, now)
  const { id, name, customerName, customerSlug } = row
  return { id, name, customerName, customerSlug, use: usageAnswer(granted, meter, { window, now }) }
}
