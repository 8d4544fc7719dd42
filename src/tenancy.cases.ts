import { z } from 'zod'
import type { Furnished } from './test-organization.ts'
import type { Route } from './web/routes.ts'

/** For tests: what can be named in a request of a route, and a request that names one's own. */

/** Bodies that an organization of its own objects would accept. */
const bodies: Record<string, (own: Furnished) => object> = {
  'POST /customers': () => ({ name: 'New' }),
  'POST /instances': own => ({ name: 'New', customerSlug: own.customer?.slug, licenseSlug: own.license?.slug }),
  'POST /licenses': () => ({ name: 'New', type: 'PAID' }),
  'POST /licenses/{license}/entitlements': own => ({ entitlementSlug: own.entitlement?.slug, value }),
  'POST /entitlements': () => ({ name: 'New', type: 'BOOLEAN' }),
  'POST /instances/{instance}/entitlements/{entitlement}/usage': () => ({ value: 1 }),
  'POST /instances/{instance}/usage': own => ({ value: 1, entitlementSlug: own.entitlement?.slug }),
  'POST /usage': own => ({
    reports: [{ value: 1, entitlementSlug: own.entitlement?.slug, instanceSlug: own.instance?.slug }],
  }),
  'POST /feature-flags': () => ({ name: 'New', type: 'boolean' }),
  'POST /feature-flags/{flag}/restore': () => ({ revision: 1 }),
  'POST /feature-flags/{flag}/test': () => ({ context: {} }),
  'POST /feature-flags/lint': () => ({ rule: 'true' }),
  'POST /ofrep/v1/evaluate/flags/{key}': () => ({ context: { targetingKey: 'someone' } }),
  'POST /ofrep/v1/evaluate/flags': () => ({ context: { targetingKey: 'someone' } }),
  'POST /components': () => ({ name: 'New', version: '9' }),
  'POST /releases': own => ({ version: '9', componentSlugs: [own.component?.slug] }),
  'POST /deployment-zones': () => ({ name: 'New', type: 'SHARED' }),
  'POST /deployment-zones/{zone}/deployments': own => ({ releaseSlug: own.release?.slug }),
  'POST /webhooks': () => ({ url: 'https://example.com/hook' }),
  'POST /webhooks/{webhook}/rotate-secret': () => ({}),
  'POST /webhooks/{webhook}/test': () => ({}),
  'POST /webhooks/{webhook}/recover': () => ({ since: '2026-01-01T00:00:00Z' }),
  'POST /users': () => ({ email: 'new@example.com', role: 'VIEWER' }),
  'POST /service-accounts': () => ({ name: 'New' }),
  'POST /service-accounts/{account}/tokens': () => ({ name: 'New', scopes: ['read:usage'] }),
}
const value = { type: 'number', value: 1 }

/** What members of bodies name, where it is not the word in them. */
const words: Record<string, string> = {
  copyGrantsFrom: 'license',
  deploymentZone: 'zone',
  previousRelease: 'release',
  previousComponent: 'component',
  serviceAccount: 'account',
}

/** These look like names of objects and are but texts. */
const texts = ['id', 'slug', 'familySlug', 'externalCustomerId', 'transactionId']

export const nameOf = ({ method, path }: Route): string => `${method} ${path}`
export const namesIn = ({ path }: Route): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
export const isList = ({ query }: Route): boolean => query !== undefined && 'cursor' in query.shape
/** A stream tells of the channel that its address names, and never ends. */
export const isStream = ({ contentTypes }: Route): boolean => contentTypes?.includes('text/event-stream') === true

/** The address of a route with the slugs of what it names; `instead` has other texts for some. */
export const addressOf = ({ path }: Route, own: Furnished, instead: Record<string, string> = {}): string =>
  `/api${path.replace(/\{(\w+)\}/g, (_, name: string) => instead[name] ?? own[name]?.slug ?? name)}`

/** A body that would be accepted; undefined where there is none to send, or where nobody said. */
export function bodyOf(route: Route, own: Furnished): object | undefined {
  if (!hasBody(route)) return undefined
  // A change of nothing is accepted everywhere.
  return route.method === 'PUT' ? {} : bodies[nameOf(route)]?.(own)
}

export const hasBody = ({ body }: Route): boolean => body !== undefined && !(body instanceof z.ZodUndefined)

export const takes = ({ body }: Route, member: string): boolean => body instanceof z.ZodObject && member in body.shape

// ---- members of bodies that name something

export type Place = (string | number)[]

/** Every place of a body at which an object can be named: `['reports', 0, 'instanceSlug']`. */
export function placesIn(route: Route): Place[] {
  if (!route.body || !hasBody(route)) return []
  return placesOf(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }), [])
}

function placesOf(schema: z.core.JSONSchema.BaseSchema, at: Place): Place[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    typeof inner === 'object' ? placesOf(inner, [...at, name]) : [],
  )
  if (members.length > 0) return members
  const item = schema.items ?? schema.anyOf?.find(each => each.type === 'array')?.items
  if (item && typeof item === 'object' && !Array.isArray(item)) return placesOf(item, [...at, 0])
  const member = String(at.findLast(each => typeof each === 'string') ?? '')
  return isNaming(member) ? [at] : []
}

const isNaming = (member: string): boolean =>
  (/(Slugs?|Ids?)$/.test(member) || member in words) && !texts.includes(member)

/** What is named there: `previousReleaseId` and `releaseSlug` name a release. */
export function wordOf(place: Place): string {
  const member = String(place.findLast(each => typeof each === 'string') ?? '')
  const word = member.replace(/(Slugs?|Ids?)$/, '')
  return words[word] ?? word
}

/** The body with a text at a place. */
export function placed(body: unknown, [first, ...rest]: Place, text: string): unknown {
  if (first === undefined) return text
  if (typeof first === 'number') return [placed(Array.isArray(body) ? body[first] : undefined, rest, text)]
  const inner = (body as Record<string, unknown> | undefined)?.[first]
  return { ...(body as object | undefined), [first]: placed(inner, rest, text) }
}
