import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from './api/index.ts'
import { closed } from './api/openapi.conforms.ts'
import { type EventName, eventNames } from './domain/event.ts'
import { rfc3339 } from './domain/input.ts'
import { actorOf, appliance } from './domain/principal.ts'
import { type Act, beginning, retentionDays, story } from './events.cases.ts'
import { changedBetween, changedMembers, nounOf, type Picture, pictured, type Shown } from './events.pictures.ts'
import { type TestAnswer, type TestHouse, testHouse } from './test-house.ts'
import { type Receiver, receiver } from './test-receiver.ts'
import type { House } from './web/house.ts'
import type { Route } from './web/routes.ts'

/**
 * No act without its event, and no event without its act. Every route that changes something is asked; what the API shows
 * before and after is compared, and each difference must have been told by an event whose data is what is shown.
 */

const loopback = { KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' }

interface Told {
  id: number
  name: EventName
  type: string
  occurredAt: string
  actor: Actor
  data: Shown & { changedFields?: string[] }
}
type Actor = ReturnType<typeof actorOf>

/** A receiver that wants nothing more. */
const gone = await receiver()
gone.answer = (_, response) => response.writeHead(410).end()
const acts = story(gone.url)

let house: TestHouse
let hook: Receiver
let organizationId: string
let asker: Actor
/** Credentials that may do none of the acts. */
let stranger: { Authorization: string }
const schemas = new Map<EventName, ValidateFunction>()
/** Ids by the names that acts give. */
const named = new Map<string, string>()
/** Every event so far, oldest first. */
const all: Told[] = []
/** How many of them were before the endpoint that asks for all. */
let unheard = 0
/** What the API showed after the last act. */
let lastSeen: Picture

beforeAll(async () => {
  house = await testHouse({ ...loopback, KAITEN_RETENTION_AUDIT: String(retentionDays) })
  hook = await receiver()
  const { body: me } = await house.get('/api/me')
  organizationId = me.organizationId
  asker = actorOf(me)
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
  formats.default(ajv)
  for (const { name, schema } of (await house.get('/api/webhooks/event-types')).body.items)
    schemas.set(name, ajv.compile(closed(schema) as object))
})
afterAll(async () => {
  await house[Symbol.asyncDispose]()
  await hook[Symbol.asyncDispose]()
  await gone[Symbol.asyncDispose]()
})

test('every route that changes something has its act, with an event or a reason for none', () => {
  const routesOfActs = (those: Act[]) => new Set(those.flatMap(({ act }) => routeOf(act) ?? []))
  const telling = routesOfActs(acts.filter(({ tells }) => tells.length > 0))
  const excused = routesOfActs(acts.filter(({ because }) => because !== undefined))
  for (const route of changing) {
    const name = `${route.method} ${route.path}`
    expect(telling.has(route) || excused.has(route), `${name} is missed: add it to events.cases.ts`).toBe(true)
  }
})

test('every event has an act that leads to it', () => {
  const told = new Set([...beginning, ...acts.flatMap(({ tells }) => tells)].map(each => each.split(' ')[0]))
  expect(eventNames.filter(name => !told.has(name))).toEqual([])
})

test('a first start tells what it founded', async () => {
  const told = await newest()
  expect(told.map(sentenceOf)).toEqual(beginning)
  const after = await pictured(house)
  for (const each of told) expectTrue(each, actorOf(appliance('')), new Map(), after)
})

// In order: each act finds what those before it left.
describe('its events tell what is changed by', () => {
  beforeAll(async () => {
    stranger = { Authorization: `Bearer ${await house.tokenWith(['read:audit'])}` }
    const { body } = await house.post('/api/webhooks', { url: hook.url, description: 'all' })
    hook.secrets = [body.secret]
    named.set('all', body.id)
    await newest()
    lastSeen = await pictured(house)
    // Its own creation is the first event that it hears.
    unheard = all.length - 1
  })

  test.each(acts)('$act', async act => {
    house.pass(1000)
    const before = lastSeen
    const isRequest = !act.byClock && !act.byPerson
    if (isRequest) await expectRefusals(act)
    expect(await newest(), 'a refused request tells nothing').toEqual([])

    if (isRequest) expectDone(act, await ask(act))
    await act.byClock?.(house)
    await act.byPerson?.does(house)
    const told = await newest()
    const after = await pictured(house)
    lastSeen = after
    expect(told.map(sentenceOf)).toEqual(act.tells)
    for (const each of told) {
      const byNobody = act.byClock !== undefined || each.name === 'WEBHOOK_ENDPOINT_DISABLED'
      expectTrue(each, act.byPerson ? { name: act.byPerson.by } : byNobody ? clock : asker, before, after)
      if (each.name.startsWith('INSTANCE_ENTITLEMENT_')) await expectUse(each)
    }
    expect(untold(told, before, after), 'what changed and is not told of').toEqual(act.quietly ?? [])

    if (isRequest) await ask(act)
    expect(await newest(), 'the same request again tells nothing').toEqual([])
  })

  test('and each is delivered as it is listed to who asks for all, once', async () => {
    const heard = all.slice(unheard)
    await hook.until(heard.length)
    const events = hook.received.map(({ event }) => event).filter(({ id }) => id > 0)
    expect(events.sort((a, b) => a.id - b.id)).toEqual(
      heard.map(({ id, name, type, occurredAt, data }) => ({
        id,
        name,
        type,
        timestamp: occurredAt,
        organizationId,
        data,
      })),
    )
    expect(hook.refused).toEqual([])
    expect(house.faults).toEqual([])
  })
})

const clock = actorOf(appliance(''))

/** The events since the last look, oldest first. */
async function newest(): Promise<Told[]> {
  const { items } = (await house.get('/api/events?limit=200')).body as { items: Told[] }
  const told = items.filter(({ id }) => id > (all.at(-1)?.id ?? 0)).toReversed()
  all.push(...told)
  return told
}

/** The same request has the same key, as of a client that heard no answer. */
function ask({ act, body }: Pick<Act, 'act' | 'body'>, headers: Record<string, string> = {}): Promise<TestAnswer> {
  const [method = '', path = ''] = act.split(' ')
  const key = String(acts.findIndex(each => each.act === act && each.body === body))
  return house.ask(method, addressOf(path), body, { 'Idempotency-Key': key, ...headers })
}

const addressOf = (path: string): string =>
  `/api${path.replace(/\{(\w+)\}/g, (_, name: string) => named.get(name) ?? name)}`

function expectDone({ status, names }: Act, answer: TestAnswer): void {
  if (status === undefined) expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  else expect(answer.status).toBe(status)
  if (names) named.set(names, answer.body.deliveryId ?? answer.body.id)
}

async function expectRefusals({ act, body, because }: Act): Promise<void> {
  const [method = '', path = ''] = act.split(' ')
  expect((await ask({ act, body }, stranger)).status).toBe(403)
  if (body && !because) expect((await ask({ act, body: { ...body, typo: 1 } })).status).toBe(422)
  const tagged = method === 'POST' ? undefined : await house.get(addressOf(path))
  if (tagged?.headers.has('etag')) expect((await ask({ act, body }, { 'If-Match': '"999"' })).status).toBe(412)
}

/** `INSTANCE_UPDATE of acme-prod: name, metadata` */
const sentenceOf = ({ name, data }: Told): string =>
  `${name} of ${subjectOf(data)}${data.changedFields ? `: ${data.changedFields.join(', ')}` : ''}`

function subjectOf(data: Record<string, unknown>): unknown {
  if ('url' in data) return data.description
  if ('email' in data) return data.name
  if ('sha256' in data) return 'the trail'
  const around = data.serviceAccountSlug ?? ('slug' in data ? undefined : slugAround(data))
  const own = data.slug ?? data.entitlementSlug ?? data.releaseSlug
  return around === undefined ? own : `${around}/${own}`
}

const slugAround = (data: Record<string, unknown>) => data.instanceSlug ?? data.licenseSlug ?? data.deploymentZoneSlug

/** The event is as its published schema says, and its data is what the API shows, or what it showed of what is gone. */
function expectTrue(
  { name, occurredAt, actor, data }: Told,
  by: Partial<Actor>,
  before: Picture,
  after: Picture,
): void {
  const fits = schemas.get(name) as ValidateFunction
  expect(fits(data), `${name} ${JSON.stringify(fits.errors)}`).toBe(true)
  expect(actor).toMatchObject(by)
  expect(occurredAt).toBe(rfc3339(house.now()))
  const noun = nounOf(name)
  if (!noun) return
  const [was, is] = [before.get(`${noun} ${data.id}`), after.get(`${noun} ${data.id}`)]
  const shown = is ?? was
  expect(shown, `${name} tells of something that is nowhere`).toBeDefined()
  expect(Object.fromEntries(Object.keys(shown ?? {}).map(member => [member, data[member]])), name).toEqual(shown)
  for (const member of Object.keys(data).filter(each => each.startsWith('previous') && !(each in (shown ?? {}))))
    expect(data[member], member).toBe(was?.[member.replace(/^previous(.)/, (_, first: string) => first.toLowerCase())])
  if (was && is && data.changedFields)
    expect(data.changedFields.filter(field => !shownNowhere.includes(field)).sort()).toEqual(
      changedMembers(was, is).sort(),
    )
}

/** What changes and is shown nowhere. */
const shownNowhere = ['secret', 'invitation']

/** What is told of use is what a read of it tells; a window that was closed is read no more. */
async function expectUse({ name, data }: Told): Promise<void> {
  const read = await house.get(`/api/instances/${data.instanceSlug}/entitlements/${data.entitlementSlug}/usage`)
  const { timestamp, behavior, metadata, ...use } = read.body
  if (name === 'INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER')
    expect(data).toMatchObject({ currentPeriodEnd: use.currentPeriodStart, limit: use.limit })
  else expect(data).toMatchObject(use)
}

/** The nouns of what is shown otherwise, or no longer, or new, while no event is about it. */
function untold(told: Told[], before: Picture, after: Picture): string[] {
  const about = new Set(told.map(({ name, data }) => `${nounOf(name)} ${data.id}`))
  const quiet = changedBetween(before, after).filter(key => !about.has(key))
  return [...new Set(quiet.map(key => key.split(' ')[0] ?? ''))]
}

// Routes touch the house only when they are asked.
const known = routes({} as House)
const changing = known.filter(({ method }) => method !== 'GET')

/** The route that a request goes to; of two that fit, the one that says more of it. */
function routeOf(act: string): Route | undefined {
  const fitting = changing.filter(({ method, path }) =>
    new RegExp(`^${method} ${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(act),
  )
  return fitting.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
}
