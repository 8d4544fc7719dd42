import type { OpenApi, Operation } from './api/openapi.ts'
import type { Schema } from './api/openapi-schemas.ts'
import { encodedOf, oddHeaders, type Strays } from './fuzz.encodings.ts'
import { type Chance, Fitting, mutated, oddities, texts } from './fuzz.values.ts'
import type { Furnished, Named } from './test-organization.ts'

/** For tests: requests for every operation of the OpenAPI document, as it says and otherwise. */
export interface FuzzRequest {
  /** operationId. */
  operation: string
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
}

export interface FuzzAnswer {
  status: number
  body: unknown
  location: string | undefined
}

interface Known {
  name: string
  method: string
  path: string
  operation: Operation
  /** What addresses of it look like. */
  address: RegExp
}
interface Told {
  nextCursor?: string
  slug?: string
  id?: string
  eventStreams?: { endpoint: { requestUri: string } }[]
}
type Parameter = { name: string; in: string; required?: boolean; schema?: Schema }

/** How many of each kind are remembered beside the first: few, so that what belongs together is found together. */
const remembered = 6

export class Requests {
  readonly operations: Known[]
  private readonly chance: Chance
  private readonly fitting: Fitting
  /** One of everything, of which nothing is deleted. */
  private home: Furnished
  private readonly made: Record<string, Named[]> = {}
  private locations: string[] = []
  private channel: string | undefined
  private readonly cursors = new Map<string, string[]>()

  constructor(chance: Chance, document: OpenApi, home: Furnished, now: () => number) {
    this.chance = chance
    this.home = home
    this.fitting = new Fitting(chance, document, member => this.named(member), now)
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: operation.operationId,
        method: method.toUpperCase(),
        path,
        operation,
        address: new RegExp(`^/api${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      })),
    )
  }

  settle(home: Furnished): void {
    this.home = home
  }

  /** What an answer tells of: objects to name, where they are, and cursors to go on from. */
  learn({ operation, path, method }: FuzzRequest, { status, body, location }: FuzzAnswer): void {
    if (location) this.locations = [...this.locations.slice(-100), location]
    if (status >= 300 || typeof body !== 'object' || body === null) return
    const { nextCursor, slug, id, eventStreams } = body as Told
    this.channel = /channel=(.*)/.exec(eventStreams?.[0]?.endpoint.requestUri ?? '')?.[1] ?? this.channel
    if (nextCursor) this.cursors.set(operation, [...(this.cursors.get(operation) ?? []).slice(-5), nextCursor])
    const collection = path.replace(/\?.*/, '').split('/').slice(2).at(-1)
    const word = words[collection ?? '']
    if (method !== 'POST' || !word || !id) return
    this.made[word] = [...(this.made[word] ?? []).slice(1 - remembered), { slug: slug ?? id, id }]
  }

  /** Half of all requests stray from what the document says, if they may. */
  next({ name, method, path, operation, address }: Known, mayStray = true): FuzzRequest {
    const { chance } = this
    const strays = mayStray && chance.happens(0.5)
    const at = (share: number) => strays && chance.happens(share)
    return {
      operation: name,
      method: at(0.04) ? chance.one(['PATCH', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PROPFIND', 'HEAD']) : method,
      path: this.address({ path, method, address }, at) + this.query(operation, name, at),
      ...this.content(operation, at),
    }
  }

  private address({ path, method, address }: Pick<Known, 'path' | 'method' | 'address'>, at: Strays): string {
    const places = this.locations.filter(each => address.test(each))
    if (places.length > 0 && this.chance.happens(0.3)) return this.chance.one(places)
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (at(0.1)) return this.oddSegment()
      // What everything else hangs on is not deleted.
      const mayBeHome = method !== 'DELETE' || name !== names.at(-1)
      const { slug, id } = this.chosen(name, mayBeHome)
      return this.chance.happens(0.3) ? id : slug
    })
    const full = `/api${filled}`
    return at(0.02) ? this.chance.one([`${full}/`, `/${full}`, full.toUpperCase(), `${full}/x`, `${full};a=b`]) : full
  }

  private oddSegment(): string {
    const raw = ['%ZZ', '%', '%00', '%2e%2e%2f', '%ff%fe', '%C3%28', '.', '..', '*', '%0d%0aX:1', 'a'.repeat(3000)]
    if (this.chance.happens(0.4)) return this.chance.one(raw)
    return encodeURIComponent(this.chance.one(texts).toWellFormed()) || '%20'
  }

  private query({ parameters }: Operation, name: string, at: Strays): string {
    const asked = (parameters as Parameter[]).filter(each => each.in === 'query')
    const given = asked.flatMap(({ name: member, required, schema = {} }): [string, string][] => {
      if (!required && !this.chance.happens(0.25)) return []
      if (member === 'cursor') return [[member, this.cursor(name, at(0.5))]]
      const value = at(0.4) ? this.chance.one(oddities) : this.fitting.of(schema, member)
      return [[member, typeof value === 'string' ? value : JSON.stringify(value).slice(0, 2000)]]
    })
    if (at(0.05)) given.push(['limit', '1'], ['limit', '2'])
    if (at(0.05)) given.push([this.chance.one(texts).slice(0, 100), this.chance.one(texts).slice(0, 100)])
    if (given.length === 0) return ''
    const text = given.map(pair => pair.map(each => encodeURIComponent(each.toWellFormed())).join('=')).join('&')
    return `?${text}${at(0.03) ? '&%ZZ=%' : ''}`
  }

  /** One of this list, of another, or one whose parts were changed. */
  private cursor(name: string, odd: boolean): string {
    const own = this.cursors.get(name) ?? []
    if (!odd && own.length > 0) return this.chance.one(own)
    const all = [...this.cursors.values()].flat()
    if (all.length === 0 || this.chance.happens(0.2)) return this.chance.one(texts).slice(0, 1200)
    const real = this.chance.one(own.length > 0 ? own : all)
    const parts: unknown = JSON.parse(Buffer.from(real, 'base64url').toString())
    const forged = this.chance.happens(0.2) ? mutated(this.chance, parts) : this.withOtherPosition(parts as unknown[])
    // Longer ones make an address that is refused before it is looked at.
    return Buffer.from(JSON.stringify(forged)).toString('base64url').slice(0, 4000)
  }

  private withOtherPosition([list, sort, filters]: unknown[]): unknown[] {
    return [list, sort, filters, this.chance.one(oddities), this.chance.one(oddities)]
  }

  private content({ requestBody }: Operation, at: Strays): Pick<FuzzRequest, 'headers' | 'body'> {
    const headers = oddHeaders(this.chance, at)
    const json = requestBody as { content: Record<string, { schema: Schema }> } | undefined
    const schema = json?.content['application/json']?.schema
    if (at(0.03) || (!schema && !at(0.05))) return { headers, body: undefined }
    const value = this.fitting.of(schema ?? {})
    const text = JSON.stringify(at(0.55) ? mutated(this.chance, value) : value)
    const encoded = encodedOf(this.chance, text, at)
    return { headers: { ...headers, ...encoded.headers }, body: encoded.body }
  }

  /** The name of one of what a member names: `licenseSlug`, `previousReleaseId`, `customer`. */
  private named(member: string): string | undefined {
    if (member === 'channel') return this.channel
    if (member === 'url') return `https://fuzz-${this.chance.whole(50)}.invalid/hook`
    if (member === 'email') return `fuzz-${this.chance.whole(1e6)}@example.com`
    const word = references[member] ?? (member in this.home ? member : undefined)
    if (!word) return undefined
    const { slug, id } = this.chosen(word, true)
    return member.endsWith('Id') || member.endsWith('Ids') || this.chance.happens(0.1) ? id : slug
  }

  private chosen(word: string, mayBeHome: boolean): Named {
    const made = this.made[word === 'key' ? 'flag' : word] ?? []
    const home = this.home[word] ?? { slug: 'nobody', id: '0198c8f2-6b1e-7c3a-9d55-1f2e3d4c5b6a' }
    if (made.length === 0) return mayBeHome ? home : { ...home, slug: 'nobody', id: 'nobody' }
    return mayBeHome && this.chance.happens(0.7) ? home : this.chance.one(made)
  }
}

/** What is made by posting to a collection. */
const words: Record<string, string> = {
  webhooks: 'webhook',
  users: 'user',
  customers: 'customer',
  instances: 'instance',
  licenses: 'license',
  entitlements: 'entitlement',
  components: 'component',
  'feature-flags': 'flag',
  releases: 'release',
  'deployment-zones': 'zone',
  'service-accounts': 'account',
  tokens: 'token',
}

/** What members of bodies name. */
const references: Record<string, string> = {
  ...Object.fromEntries(
    ['customer', 'instance', 'license', 'entitlement', 'release'].flatMap(word =>
      ['Slug', 'Id'].map(ending => [word + ending, word]),
    ),
  ),
  deploymentZoneSlug: 'zone',
  deploymentZoneId: 'zone',
  componentSlugs: 'component',
  componentIds: 'component',
  previousComponentId: 'component',
  previousReleaseId: 'release',
  copyGrantsFrom: 'license',
}
