import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from './api/index.ts'
import { allows, instanceBoundScopes } from './domain/scope.ts'
import * as cases from './tenancy.cases.ts'
import { type TestAnswer, type TestHouse, testHouse } from './test-house.ts'
import { type Ask, askingWith, type Furnished, foundOrganization, furnish, use } from './test-organization.ts'
import type { House } from './web/house.ts'
import type { Route } from './web/routes.ts'

/**
 * What is another organization's does not exist: whoever names it is answered as if they had made it up. The cases come
 * from the list of routes, so that a new route is tested before anybody thinks of it, or fails with what is missing.
 */

// Routes touch the house only when they are asked.
const known = routes({} as House)
const named = known.map(route => ({ name: cases.nameOf(route), route }))
const quota = { type: 'number', value: 100 }
const spellings = ['slug', 'id'] as const
type Spelling = (typeof spellings)[number]
const nothing = { slug: 'nobody-here', id: '0198c8f2-6b1e-7c3a-9d55-1f2e3d4c5b6a' }

let house: TestHouse
let ask: Ask
let otherId: string
/** Two of everything, here and there. */
let own: [Furnished, Furnished]
let others: [Furnished, Furnished]
/** Where the lists of the other organization go on. */
const cursors = new Map<string, string>()
let before: object

beforeAll(async () => {
  house = await testHouse()
  ask = askingWith(house, house.token)
  const founded = await foundOrganization(house, 'alder')
  otherId = founded.id
  const otherAsk = askingWith(house, founded.token)
  own = await furnishTwice(ask, 'birch')
  others = await furnishTwice(otherAsk, 'alder')
  for (const route of known.filter(cases.isList)) {
    const { body } = await otherAsk('GET', `${cases.addressOf(route, others[0])}?limit=1`)
    if (body.nextCursor) cursors.set(cases.nameOf(route), body.nextCursor)
  }
  before = await kept()
})
afterAll(() => house[Symbol.asyncDispose]())

async function furnishTwice(by: Ask, mark: string): Promise<[Furnished, Furnished]> {
  const both: [Furnished, Furnished] = [await furnish(by, `${mark}-one`), await furnish(by, `${mark}-two`)]
  const [one, two] = both
  const more = async (path: string, draft: object) => expect((await by('POST', `/api${path}`, draft)).status).toBe(201)
  // What belongs to the first is a list of two as well.
  await more(`/licenses/${one.license?.slug}/entitlements`, { entitlementSlug: two.entitlement?.slug, value: quota })
  await more(`/licenses/${two.license?.slug}/entitlements`, { entitlementSlug: one.entitlement?.slug, value: quota })
  await more(`/service-accounts/${one.account?.slug}/tokens`, { name: `${mark} more`, scopes: ['read:*'] })
  const places = { customerSlug: one.customer?.slug, licenseSlug: one.license?.slug }
  await more('/instances', { name: `${mark} more`, ...places })
  await more('/instances', { name: `${mark} other`, ...places, customerSlug: two.customer?.slug })
  for (const each of both) await use(house, by, each)
  return both
}

describe.each(named)('$name', ({ name, route }) => {
  const { method, query } = route
  const words = cases.namesIn(route)
  const places = cases.placesIn(route)

  test('has its case', () => {
    for (const word of words)
      expect(own[0], `${name} names a ${word}: furnish one in test-organization.ts.`).toHaveProperty(word)
    if (method === 'POST' && cases.hasBody(route))
      expect(cases.bodyOf(route, own[0]), `${name} takes a body: say one in tenancy.cases.ts.`).toBeDefined()
    for (const place of places)
      expect(own[0], `${name} names something at ${place}: say what in tenancy.cases.ts.`).toHaveProperty(
        cases.wordOf(place),
      )
    if (cases.isList(route))
      expect(cursors.has(name), `${name} is a list: let furnishTwice above make two rows for it.`).toBe(true)
  })

  const named = [...words.map(word => [word]), ...(words.length > 1 ? [words] : [])]
  if (named.length > 0)
    test("answers what is the other's like what does not exist", async () => {
      for (const each of named)
        for (const spelling of spellings)
          await isAsMissing(route, ask, { own: own[0], foreign: others[0] }, each, spelling)
    })

  if (places.length > 0)
    test("refuses a body that names what is the other's like one that names nothing", async () => {
      for (const place of places)
        for (const spelling of spellings) {
          const send = (text: string) => {
            const body = cases.placed(cases.bodyOf(route, own[0]), place, text)
            return ask(method, cases.addressOf(route, own[0]), body)
          }
          const foreign = others[0][cases.wordOf(place)]?.[spelling] ?? ''
          const [answer, twin] = [await send(foreign), await send(nothing[spelling])]
          expect(comparable(answer, foreign), `${place}`).toEqual(comparable(twin, nothing[spelling]))
          expect([404, 422], `${place} ${JSON.stringify(answer.body)}`).toContain(
            answer.body.results?.[0].status ?? answer.status,
          )
        }
    })

  const filters = Object.keys(query?.shape ?? {}).filter(member =>
    ['customer', 'license', 'zone', 'entitlement', 'instance'].includes(member),
  )
  if (filters.length > 0)
    test("refuses what is the other's as a filter", async () => {
      for (const word of filters)
        for (const spelling of spellings) {
          const send = (text: string) => ask(method, `${cases.addressOf(route, own[0])}?${word}=${text}`)
          const foreign = others[0][word]?.[spelling] ?? ''
          const [answer, twin] = [await send(foreign), await send(nothing[spelling])]
          expect(comparable(answer, foreign)).toEqual(comparable(twin, nothing[spelling]))
          expect(answer.status).toBe(422)
        }
    })

  if (method === 'GET' && !cases.isStream(route))
    test("shows nothing that is the other's", async () => {
      const searched = query && 'q' in query.shape ? ['?q=alder'] : []
      const asked = cases.isList(route) ? ['?limit=200', `?cursor=${cursors.get(name)}`, ...searched] : ['']
      for (const question of asked) {
        const { status, body } = await ask(method, cases.addressOf(route, own[0]) + question)
        // A cursor tells where a list goes on, and of what list it is; whoever has it sees their own rows.
        expect(question.startsWith('?cursor') ? [200, 422] : [200], question).toContain(status)
        expect(marksIn(body, others, 'alder'), question).toEqual([])
      }
    })
})

describe('a token bound to an instance', () => {
  let bound: Ask
  beforeAll(async () => {
    const scopes = [...instanceBoundScopes]
    bound = askingWith(house, await house.tokenWith(scopes, { instanceSlug: own[0].instance?.slug }))
  })
  const open = named.filter(
    ({ route: { demand } }) => demand !== 'nothing' && demand !== 'identity' && allows(instanceBoundScopes, demand),
  )
  const ofInstances = open.filter(({ route }) => cases.namesIn(route).includes('instance'))

  test.each(ofInstances)('does not see another one at $name', async ({ route }) => {
    for (const spelling of spellings)
      await isAsMissing(route, bound, { own: own[0], foreign: own[1] }, ['instance'], spelling)
  })

  test.each(
    open.filter(({ route }) => route.method === 'GET' && !cases.isStream(route)),
  )('is shown none but its own at $name', async ({ route }) => {
    const { status, body } = await bound('GET', cases.addressOf(route, own[0]))
    expect(status).toBe(200)
    expect(marksIn(body, [{ instance: own[1].instance ?? nothing }], own[1].instance?.slug ?? '')).toEqual([])
  })

  test('reports for none but its own in a batch', async () => {
    const report = (of: Furnished) => ({
      instanceSlug: of.instance?.id,
      entitlementSlug: own[0].entitlement?.slug,
      value: 0,
    })
    const { body } = await bound('POST', '/api/usage', { reports: own.map(report) })
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([200, 404])
  })
})

test("nothing of this changed anything that is the other's", async () => {
  expect(await kept()).toEqual(before)
})

test('a slug that only the other organization has is free', async () => {
  for (const { name, route } of named.filter(({ route }) => route.method === 'POST')) {
    const [word = ''] = [cases.namesIn(known.find(({ path }) => path.startsWith(`${route.path}/{`)) ?? route).at(-1)]
    const slug = others[0][word]?.slug
    if (!cases.takes(route, 'slug') || slug === undefined) continue
    const made = await ask('POST', cases.addressOf(route, own[0]), { ...cases.bodyOf(route, own[0]), slug })
    expect([made.status, made.body.slug], name).toEqual([201, slug])
  }
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})

/** Whoever names what they do not see in an address is answered like whoever names nothing that exists. */
async function isAsMissing(
  route: Route,
  by: Ask,
  { own, foreign }: { own: Furnished; foreign: Furnished },
  words: string[],
  spelling: Spelling,
): Promise<void> {
  const send = (text: (word: string) => string) => {
    const instead = Object.fromEntries(words.map(word => [word, text(word)]))
    return by(route.method, cases.addressOf(route, own, instead), cases.bodyOf(route, own))
  }
  const texts = words.map(word => foreign[word]?.[spelling] ?? '')
  const answer = await send(word => foreign[word]?.[spelling] ?? '')
  const twin = await send(() => nothing[spelling])
  const told = `${words} by ${spelling}: ${JSON.stringify(answer.body)}`
  expect(answer.status, told).toBe(404)
  expect(comparable(answer, ...texts), told).toEqual(comparable(twin, nothing[spelling]))
}

/** An answer without what is different in any two: its id, the address, and the text that was asked for. */
function comparable({ status, body, headers }: TestAnswer, ...asked: string[]): object {
  const text = JSON.stringify(body).replace(/"(errorId|instance)":"[^"]*"/g, '')
  const names = [...headers.keys()].filter(name => !['date', 'content-length', 'x-request-id'].includes(name))
  return { status, text: asked.reduce((left, each) => left.replaceAll(each, '·'), text), names }
}

/** Slugs, names and ids of others that an answer tells. */
function marksIn(body: unknown, theirs: readonly Furnished[], mark: string): string[] {
  const text = JSON.stringify(body) ?? ''
  const ids = theirs.flatMap(each => Object.values(each).map(({ id }) => id))
  return [...ids, otherId, mark].filter(each => text.includes(each))
}

/** Everything of the other organization that the database has, when tokens were last used aside. */
async function kept(): Promise<object> {
  const { read } = house.inside
  const statement = (sql: string, ...parameters: unknown[]) => ({ sql, parameters })
  const tables = read.all(
    statement("select name from sqlite_schema where sql like '%\"organizationId\"%' and type = 'table'"),
  )
  const rows = (tables as { name: string }[]).map(({ name }) => {
    const found = read.all(statement(`select * from "${name}" where "organizationId" = ?`, otherId))
    return [name, JSON.stringify(found).replace(/"lastUsedAt":[^,]*/g, '')]
  })
  expect(rows.length).toBeGreaterThan(12)
  return Object.fromEntries(rows)
}
