import { hash } from 'node:crypto'
import { z } from 'zod'
import { instanceAddress } from '../../views/instance-layout.tsx'
import { ChangeLicense } from '../../views/license-change.tsx'
import { currentMeter } from '../actions/meters.ts'
import { Reference } from '../domain/input.ts'
import type { LicenseRecord } from '../domain/license.ts'
import { type EntitlementChange, licenseChange } from '../domain/license-change.ts'
import { Problem } from '../domain/problem.ts'
import type { Granted } from '../domain/usage-answer.ts'
import { licenseAt } from '../store/licenses.ts'
import { lastMetersOfInstance } from '../store/meters.ts'
import { grantsUnderLicense } from '../store/usage-targets.ts'
import type { House } from '../web/house.ts'
import { livingHead } from './instance-heads.ts'
import { activeLicenses } from './instance-places.ts'
import { type Ask, form, goTo, type Page } from './page.ts'

const path = '/customers/{customer}/instances/{instance}/license'

/** Choose a license, see what it would change, and only then change it. */
export const instanceLicense = (house: House): Page[] => {
  const changesFor = (organization: string, instance: { id: string; licenseId: string }, license: LicenseRecord) => {
    // Grants that are there have an entitlement; the type of the columns comes from where one may be missing.
    const grantsUnder = (id: string) =>
      house.read.all(grantsUnderLicense, { organization, instance: instance.id, license: id }) as Granted[]
    const meters = new Map(
      house.read.all(lastMetersOfInstance, { instance: instance.id }).map(m => [m.entitlementId, m]),
    )
    const now = house.clock()
    return licenseChange(
      grantsUnder(instance.licenseId),
      grantsUnder(license.id),
      granted => currentMeter(meters.get(granted.entitlementId), granted, now).meter,
    )
  }

  return form(path, {
    demand: 'write:instances',
    query: z.object({ to: Reference.optional() }),
    show: async ask => {
      const head = livingHead(house, ask)
      const { organization } = ask.principal
      const [licenses, wanted] = [await activeLicenses(house, organization), wantedLicense(ask)]
      const license = wanted === undefined ? undefined : house.read.find(licenseAt(organization, wanted))
      const changes = license && changesFor(organization, head.instance, license)
      return <ChangeLicense {...{ head, licenses, wanted, license, changes }} seen={changes && markOf(changes)} />
    },
    submit: async ask => {
      const { instance } = livingHead(house, ask)
      const license = house.read.find(licenseAt(ask.principal.organization, wantedLicense(ask) ?? ''))
      if (license) demandSeen(ask, changesFor(ask.principal.organization, instance, license))
      const changed = await ask.submit('instances.update')
      return goTo(instanceAddress(changed), `${changed.name} is on ${license?.name ?? changed.licenseSlug} now.`)
    },
  })
}

const wantedLicense = ({ query, fields }: Ask<{ to?: string | undefined }>): string | undefined =>
  fields.get('licenseSlug')?.at(-1) ?? query.to

/** What somebody saw, without the use, which goes on while they look. */
const markOf = (changes: readonly EntitlementChange[]): string => {
  const granted = changes.map(({ slug, before, after }) => JSON.stringify([slug, before, after]))
  return hash('sha256', granted.sort().join('\n'))
}

/** Whoever agreed to a change agreed to what they saw. */
function demandSeen({ fields }: Pick<Ask, 'fields'>, changes: readonly EntitlementChange[]): void {
  const seen = fields.get('_seen')?.at(-1)
  if (seen === undefined || seen === markOf(changes)) return
  throw new Problem(
    'Request.RevisionMismatch',
    'What the licenses grant has changed since you opened this page. Look again at what would change.',
  )
}
