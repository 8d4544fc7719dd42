import { isDeepStrictEqual } from 'node:util'
import type { EventName } from './domain/event.ts'
import { stampMembers } from './domain/stamp.ts'
import type { TestHouse } from './test-house.ts'

/**
 * For tests: everything that the API shows of an organization, so that what an act changed can be held against what its
 * events say. `LICENSE 0198c8f2-…` → the license.
 */
export type Picture = Map<string, Shown>
export type Shown = Record<string, unknown> & { id: string }

/** Where the objects of each noun are listed. `{LICENSE}`: there is a list for each license. */
const lists = {
  CUSTOMER: '/customers',
  ENTITLEMENT: '/entitlements',
  LICENSE: '/licenses',
  LICENSE_ENTITLEMENT: '/licenses/{LICENSE}/entitlements',
  INSTANCE: '/instances',
  DEPLOYMENT_ZONE: '/deployment-zones',
  DEPLOYMENT: '/deployment-zones/{DEPLOYMENT_ZONE}/deployments',
  COMPONENT: '/components',
  RELEASE: '/releases',
  FEATURE_FLAG: '/feature-flags',
  SERVICE_ACCOUNT: '/service-accounts',
  API_TOKEN: '/service-accounts/{SERVICE_ACCOUNT}/tokens',
  WEBHOOK: '/webhooks',
  USER: '/users',
}

export type Noun = keyof typeof lists | 'ORGANIZATION'

export async function pictured(house: TestHouse): Promise<Picture> {
  const picture: Picture = new Map()
  // When a token was last used is written down each minute, and is no change.
  const keep = (noun: string, { lastUsedAt, ...shown }: Shown) => picture.set(`${noun} ${shown.id}`, shown)
  keep('ORGANIZATION', (await house.get('/api/organization')).body)
  for (const [noun, path] of Object.entries(lists)) {
    const [around, of = ''] = /\{(.+)\}/.exec(path) ?? []
    const addresses = around ? idsIn(picture, of).map(id => path.replace(around, id)) : [path]
    for (const address of addresses)
      for (const shown of (await house.get(`/api${address}?limit=200`)).body.items) keep(noun, shown)
  }
  return picture
}

const idsIn = (picture: Picture, noun: string): string[] =>
  [...picture.keys()].filter(key => key.startsWith(`${noun} `)).map(key => key.slice(noun.length + 1))

const nouns = [...Object.keys(lists), 'ORGANIZATION', 'INSTANCE_ENTITLEMENT'].sort((a, b) => b.length - a.length)

/** What an event's data is: an object of the API; undefined for the use of an entitlement. */
export function nounOf(name: EventName): Noun | undefined {
  const noun = name === 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT' ? 'DEPLOYMENT' : nouns.find(each => name.startsWith(each))
  return noun === 'INSTANCE_ENTITLEMENT' ? undefined : (noun as Noun)
}

/** The keys of what is in only one of two pictures, or otherwise in the other. */
export const changedBetween = (before: Picture, after: Picture): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter(key => !isDeepStrictEqual(before.get(key), after.get(key)))

/**
 * The members by which two states of an object differ. Who an object belongs to changes by id and slug: the id tells.
 * Something that is so since a moment changes by both: the moment tells.
 */
export const changedMembers = (before: Shown, after: Shown): string[] =>
  Object.keys(after).filter(
    name =>
      !(name in stampMembers) &&
      !(name.endsWith('Slug') && name.replace(/Slug$/, 'Id') in after) &&
      !(`${name}At` in after) &&
      !isDeepStrictEqual(before[name], after[name]),
  )
