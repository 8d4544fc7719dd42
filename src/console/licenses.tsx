import { z } from 'zod'
import { Confirmation } from '../../views/confirmation.tsx'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { LicenseInstances, LicenseOverview } from '../../views/license.tsx'
import { EditLicense, NewLicense } from '../../views/license-forms.tsx'
import { crumbsToLicense, versionedName } from '../../views/license-layout.tsx'
import { LicenseList } from '../../views/licenses.tsx'
import { holders } from '../domain/holders.ts'
import { type LicenseRecord, LicenseType } from '../domain/license.ts'
import { ListQuery, sorts } from '../domain/list.ts'
import { instancesOf } from '../store/instances.ts'
import { grantViewsOf } from '../store/license-entitlements.ts'
import { defaultLicense, instancesOnLicense, licensesByFamily, someVersionsOf } from '../store/licenses.ts'
import type { House } from '../web/house.ts'
import { readLeaf, readPage } from '../web/lists.ts'
import { demandName } from './forms.ts'
import { instancesOfEach, licenseHead, licenseOf } from './license-heads.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const LicensesQuery = LeafQuery.extend({
  // By family, which is the order by name here.
  sort: z.enum(sorts).default('name'),
  type: LicenseType.optional(),
  state: z.enum(['active', 'inactive']).optional(),
})
const GrantsQuery = LeafQuery.extend({ sort: z.enum(sorts).default('name') })

/** How many licenses are offered to copy from. */
const mostCopies = 100
/** How far back a family is looked through for instances that stayed behind. */
const mostVersions = 50

export const licenses = (house: House): Page[] => [
  ...page('/licenses', {
    demand: 'read:licenses',
    query: LicensesQuery,
    show: async ({ principal: { organization }, query }) => {
      const filters = { type: query.type, isActive: query.state && query.state === 'active' }
      const leaf = await readLeaf(house, licensesByFamily(organization, filters), query)
      return <LicenseList {...{ leaf, query }} instances={await instancesOfEach(house, organization, leaf.items)} />
    },
  }),
  ...form('/licenses/new', {
    demand: 'write:licenses',
    show: async ({ principal }) => {
      const query = ListQuery.parse({ sort: 'name', limit: mostCopies })
      const { items } = await readPage(house, licensesByFamily(principal.organization, {}), query)
      return <NewLicense copies={items} />
    },
    submit: async ask => {
      const { slug, name, version } = await ask.submit('licenses.create')
      return goTo(`/licenses/${slug}`, `${name}, version ${version}, was created.`)
    },
  }),
  ...page('/licenses/{license}', {
    demand: 'read:licenses',
    query: GrantsQuery,
    show: async ask => {
      const { principal, query } = ask
      const head = await licenseHead(house, ask)
      const [leaf, behind] = await Promise.all([
        readLeaf(house, grantViewsOf(principal.organization, head.license.id), query),
        behindOf(house, head.license),
      ])
      return <LicenseOverview {...{ ...head, leaf, query, behind }} />
    },
  }),
  ...page('/licenses/{license}/instances', {
    demand: 'read:licenses',
    query: LeafQuery,
    show: async ask => {
      const { principal, query } = ask
      const head = await licenseHead(house, ask)
      const filters = { license: head.license.id, only: principal.instance }
      const leaf = await readLeaf(house, instancesOf(principal.organization, query.sort, filters), query)
      return <LicenseInstances {...{ ...head, leaf, query }} />
    },
  }),
  ...form('/licenses/{license}/edit', {
    demand: 'write:licenses',
    show: ask => <EditLicense license={licenseOf(house, ask)} />,
    submit: async ask => {
      const { slug, name } = await ask.submit('licenses.update')
      return goTo(`/licenses/${slug}`, `${name} was saved.`)
    },
  }),
  ...pressed(house, 'activate', { isActive: true }, license => ({
    title: `Activate ${versionedName(license)}?`,
    submit: 'Activate',
    text: 'It can be put on instances again.',
    done: 'is active.',
  })),
  ...pressed(house, 'deactivate', { isActive: false }, license => ({
    title: `Deactivate ${versionedName(license)}?`,
    submit: 'Deactivate',
    text: 'Instances that have it keep it, with all that it grants. It cannot be put on any other instance.',
    done: 'is inactive.',
  })),
  ...pressed(house, 'make-default', { isDefault: true }, (license, { principal }) => {
    const now = house.read.find(defaultLicense, { organization: principal.organization })
    return {
      title: `Make ${versionedName(license)} the default?`,
      submit: 'Make default',
      text: `Instances that are made without naming a license get it. ${
        now && now.id !== license.id ? `Until now they get ${versionedName(now)}.` : 'Until now they need to name one.'
      } Instances that are there keep theirs.`,
      done: 'is the default.',
    }
  }),
  ...form('/licenses/{license}/delete', {
    demand: 'write:licenses',
    show: async ask => {
      const license = licenseOf(house, ask)
      const held = await house.scan.all(instancesOnLicense, { license: license.id })
      return (
        <ConfirmDeletion
          kind="license"
          name={versionedName(license)}
          revision={license.revision}
          action={`/licenses/${license.slug}/delete`}
          cancel={`/licenses/${license.slug}`}
          above={crumbsToLicense(license)}
          heldBy={
            held.length > 0 &&
            `It is the license of ${holders(held, 'instance')}. Give them another one first: a new version can take them over.`
          }
          asksForName
        >
          {`What it grants goes with it. Its number stays taken: the family ${license.familySlug} will have no other version ${license.version}.`}
          {license.isDefault && ' It is the default: instances made without naming a license will be refused.'}
        </ConfirmDeletion>
      )
    },
    submit: async ask => {
      const license = licenseOf(house, ask)
      demandName(ask.fields, versionedName(license))
      await ask.submit('licenses.delete')
      return goTo('/licenses', `${versionedName(license)} was deleted.`)
    },
  }),
]

/** A page that asks whether to do one thing to a license, and does it. */
function pressed(
  house: House,
  act: 'activate' | 'deactivate' | 'make-default',
  change: object,
  words: (license: LicenseRecord, ask: Ask) => { title: string; submit: string; text: string; done: string },
): Page[] {
  return form(`/licenses/{license}/${act}`, {
    demand: 'write:licenses',
    show: ask => {
      const license = licenseOf(house, ask)
      const { text, done: _, ...rest } = words(license, ask)
      return (
        <Confirmation
          {...rest}
          action={`/licenses/${license.slug}/${act}`}
          cancel={`/licenses/${license.slug}`}
          above={crumbsToLicense(license)}
          revision={license.revision}
          said={text}
        />
      )
    },
    submit: async ask => {
      const { done } = words(licenseOf(house, ask), ask)
      const { slug, name, version } = await ask.submit('licenses.update', change)
      return goTo(`/licenses/${slug}`, `${name}, version ${version}, ${done}`)
    },
  })
}

/** Of the older versions with instances the newest: from there one would move them. */
async function behindOf(house: House, license: LicenseRecord) {
  if (!license.isActive || license.version === 1) return undefined
  const { organizationId: organization, familySlug: family, version } = license
  const older = (await house.scan.all(someVersionsOf, { organization, family, limit: mostVersions })).filter(
    each => each.version < version,
  )
  const each = await instancesOfEach(house, organization, older)
  const left = older.find(({ id }) => each.has(id))
  return left && { license: left, instances: each.get(left.id) ?? 0 }
}
