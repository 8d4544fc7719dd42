import { z } from 'zod'
import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import type { Principal } from '../domain/principal.ts'
import { invalid, Problem } from '../domain/problem.ts'
import { allows, instanceBoundScopes, presets, type Scope } from '../domain/scope.ts'
import {
  ApiTokenDraft,
  type ApiTokenRecord,
  apiTokenJson,
  type NewApiToken,
  serviceAccountJson,
} from '../domain/service-account.ts'
import { stamped } from '../domain/stamp.ts'
import { hashOf, isBootstrapToken, tokenFrom, visiblePrefix } from '../domain/token.ts'
import { instanceAt } from '../store/instances.ts'
import { insertRow } from '../store/query.ts'
import { recordTokenUse, revokeToken, serviceAccountAt, tokenAt, tokenByHash } from '../store/service-accounts.ts'
import { action, type Done, done } from './action.ts'
import { serviceAccount } from './service-accounts.ts'
import { freeSlug } from './slugs.ts'

export const createToken = action(
  'write:tokens',
  ['account'],
  ApiTokenDraft,
  async (tx, { principal, at, input, now, newId, randomBytes }): Promise<Done<NewApiToken>> => {
    const { organization } = principal
    const account = await serviceAccount(tx, organization, at.account)
    const scopes = grantable(principal, input)
    const instance = input.instanceSlug ? await tx.find(instanceAt(organization, input.instanceSlug)) : undefined
    if (input.instanceSlug && !instance)
      throw invalid({ location: 'body.instanceSlug', message: 'is not an instance', value: input.instanceSlug })
    const beyond = instance && scopes.filter(scope => !instanceBoundScopes.includes(scope))
    if (beyond && beyond.length > 0)
      throw invalid({
        location: 'body.scopes',
        message: `a token bound to an instance can hold ${instanceBoundScopes.join(', ')}, not ${beyond.join(', ')}`,
      })
    const expiresAt = input.expiresAt ? Date.parse(input.expiresAt) : null
    if (expiresAt !== null && expiresAt <= now)
      throw invalid({ location: 'body.expiresAt', message: 'must be in the future' })

    const text = tokenFrom(randomBytes(32))
    const wish = { kind: 'token', taken: 'ApiToken.SlugTaken', ...input } as const
    const row: ApiTokenRecord = {
      id: newId(),
      organizationId: organization,
      serviceAccountId: account.id,
      name: input.name,
      slug: await freeSlug(tx, wish, slug => tokenAt(organization, account.id, slug)),
      scopes,
      instanceId: instance?.id ?? null,
      expiresAt,
      ...unused(text),
      createdAt: now,
      createdBy: principal.name,
    }
    await tx.run(insertRow('api_tokens', row))
    const token = apiTokenJson({ ...row, serviceAccountSlug: account.slug, instanceSlug: instance?.slug ?? null })
    return { value: token, secrets: { token: text }, events: [event('API_TOKEN_CREATION', token)] }
  },
)

export const revokeTokenOf = action(
  'write:tokens',
  ['account', 'token'],
  Nothing,
  async (tx, { principal, at, now }) => {
    const { organization } = principal
    const account = await serviceAccount(tx, organization, at.account)
    const row = await tx.find(tokenAt(organization, account.id, at.token))
    if (!row) throw new Problem('ApiToken.NotFound', 'There is no such token.')
    if (row.revokedAt !== null) return done(undefined)
    await tx.run(revokeToken, { organization, id: row.id, now })
    return done(undefined, event('API_TOKEN_REVOCATION', apiTokenJson({ ...row, revokedAt: now })))
  },
)

/** Last use is kept in memory and written here, each minute and at stop. It is no change of anybody's, so no event. */
export const recordUse = action(
  'write:tokens',
  z.array(z.object({ id: z.string(), at: z.number() })),
  async (tx, { principal, input }) => {
    for (const { id, at } of input) await tx.run(recordTokenUse, { organization: principal.organization, id, at })
    return done(undefined)
  },
)

/**
 * How scripts and containers begin: an account `bootstrap` whose token they chose. Value false: the account exists
 * already, and nothing was changed.
 */
export const bootstrap = action(
  'write:*',
  z.strictObject({ token: z.string().refine(isBootstrapToken) }),
  async (tx, { principal, input, now, newId }): Promise<Done<boolean>> => {
    const { organization } = principal
    if (await tx.find(serviceAccountAt(organization, 'bootstrap'))) return done(false)
    if (await tx.find(tokenByHash, { hash: hashOf(input.token) }))
      throw new Problem('ApiToken.Taken', 'This token is in use already.')
    const account = {
      id: newId(),
      organizationId: organization,
      name: 'Bootstrap',
      slug: 'bootstrap',
      ...stamped(principal, now),
    }
    const row: ApiTokenRecord = {
      id: newId(),
      organizationId: organization,
      serviceAccountId: account.id,
      name: 'Bootstrap',
      slug: 'bootstrap',
      scopes: ['write:*'],
      instanceId: null,
      expiresAt: null,
      ...unused(input.token),
      createdAt: now,
      createdBy: principal.name,
    }
    await tx.run(insertRow('service_accounts', account))
    await tx.run(insertRow('api_tokens', row))
    const token = apiTokenJson({ ...row, serviceAccountSlug: account.slug, instanceSlug: null })
    return done(
      true,
      event('SERVICE_ACCOUNT_CREATION', serviceAccountJson(account)),
      event('API_TOKEN_CREATION', token),
    )
  },
)

const unused = (text: string) => ({
  hash: hashOf(text),
  prefix: visiblePrefix(text),
  lastUsedAt: null,
  revokedAt: null,
})

/** The scopes asked for, by list or by preset. Throws where the maker lacks one of them. */
function grantable(principal: Principal, { scopes, preset }: z.output<typeof ApiTokenDraft>): Scope[] {
  if ((scopes === undefined) === (preset === undefined))
    throw invalid({ location: 'body.scopes', message: 'give either scopes or a preset' })
  const wanted = [...new Set(scopes ?? presets[preset as keyof typeof presets])]
  const beyond = wanted.filter(scope => !allows(principal.scopes, scope))
  if (beyond.length > 0)
    throw new Problem('Auth.BeyondOwnScopes', `You do not hold ${beyond.join(', ')} yourself.`, {
      errors: [{ location: 'body.scopes', message: `not held by the maker: ${beyond.join(', ')}` }],
    })
  return wanted
}
