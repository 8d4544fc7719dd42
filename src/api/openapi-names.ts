import { z } from 'zod'
import { AuditEntry } from '../domain/audit.ts'
import { Component } from '../domain/component.ts'
import { Customer } from '../domain/customer.ts'
import { Deployment, DeploymentZone } from '../domain/deployment-zone.ts'
import { Entitlement, EntitlementValue } from '../domain/entitlement.ts'
import { EventJson } from '../domain/event.ts'
import { FeatureFlag, FlagRevision } from '../domain/flag.ts'
import { Instance } from '../domain/instance.ts'
import { GrantingLicense, License, LicenseEntitlement } from '../domain/license.ts'
import { Organization } from '../domain/organization.ts'
import { Release } from '../domain/release.ts'
import { ApiToken, NewApiToken, ServiceAccount } from '../domain/service-account.ts'
import { EffectiveEntitlement, UsageAnswer, UsagePeriod } from '../domain/usage-answer.ts'
import { UsageReportEntry } from '../domain/usage-report.ts'
import { InvitedUser, User } from '../domain/user.ts'
import { Webhook, WebhookWithSecret } from '../domain/webhook.ts'
import { WebhookAttempt } from '../domain/webhook-attempt.ts'
import type { Route } from '../web/routes.ts'

/** What the document calls the schemas that it refers to. Everything else is written out where it is used. */
const schemas = {
  ApiToken,
  AuditEntry,
  Component,
  Customer,
  Deployment,
  DeploymentZone,
  EffectiveEntitlement,
  Entitlement,
  EntitlementValue,
  Event: EventJson,
  FeatureFlag,
  FeatureFlagRevision: FlagRevision,
  GrantingLicense,
  Instance,
  InvitedUser,
  License,
  LicenseEntitlement,
  NewApiToken,
  Organization,
  Release,
  ServiceAccount,
  UsageAnswer,
  UsagePeriod,
  UsageReportEntry,
  Webhook,
  WebhookAttempt,
  WebhookWithSecret,
  User,
}

/** Tells zod the names. May be called again. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(schemas))
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
}

/** The item of a list's answer, which is recognized by its members. */
export function itemOf(answers: z.ZodType | undefined): z.ZodType | undefined {
  const items = answers instanceof z.ZodObject && 'hasMore' in answers.shape ? answers.shape.items : undefined
  return items instanceof z.ZodArray ? (items.element as z.ZodType) : undefined
}

/** Operations whose address does not say what they do. */
const spelled: Record<string, string> = {
  'POST /instances/{instance}/entitlements/{entitlement}/usage': 'reportEntitlementUsage',
  'POST /instances/{instance}/usage': 'reportUsage',
  'POST /usage': 'reportUsageBatch',
  'POST /licenses/{license}/entitlements': 'grantEntitlement',
  'DELETE /licenses/{license}/entitlements/{entitlement}': 'withdrawEntitlement',
  'POST /deployment-zones/{zone}/deployments': 'deployRelease',
  'DELETE /service-accounts/{account}/tokens/{token}': 'revokeServiceAccountToken',
  'POST /ofrep/v1/evaluate/flags/{key}': 'evaluateFlag',
  'POST /ofrep/v1/evaluate/flags': 'evaluateFlags',
  'GET /ofrep/v1/events': 'streamFlagEvents',
  'GET /healthz': 'getHealth',
  'GET /readyz': 'getReadiness',
}

/** listCustomers, createServiceAccountToken, getInstanceEntitlementUsage, restoreInstance. */
export function operationId({ method, path, status, answers }: Route): string {
  const known = spelled[`${method} ${path}`]
  if (known) return known
  const segments = path.slice(1).split('/')
  const words = segments.flatMap((segment, at) => {
    if (segment.startsWith('{')) return []
    return [segments[at + 1]?.startsWith('{') ? singular(segment) : segment]
  })
  const last = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const isOne = segments.at(-1)?.startsWith('{') === true
  if (method === 'PUT') return camel('update', ...words)
  if (method === 'DELETE') return camel('delete', ...words)
  if (method === 'GET') return camel(itemOf(answers) && !isOne ? 'list' : 'get', ...words)
  return status === 201 ? camel('create', ...before, singular(last)) : camel(last, ...before)
}

const camel = (...words: string[]): string =>
  words.join('-').replace(/[^a-zA-Z0-9]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '')

const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '')

const tags: Record<string, string> = {
  healthz: 'Health',
  readyz: 'Health',
  metrics: 'Health',
  me: 'Identity',
  ofrep: 'OFREP',
}

/** The chapter of the documentation page: the word that an address begins with, and usage wherever it stands. */
export function tagOf(path: string): string {
  const [first = '', ...rest] = path.slice(1).split('/')
  const word = rest.includes('usage') ? 'usage' : first
  return tags[word] ?? word.charAt(0).toUpperCase() + word.slice(1).replaceAll('-', ' ')
}

const parameters: Record<string, string> = {
  user: 'E-mail address or id of the user',
  account: 'Slug or id of the service account',
  zone: 'Slug or id of the deployment zone',
  flag: 'Slug or id of the feature flag',
  key: 'Key of the feature flag: its slug',
  id: 'Id',
}

export const parameterText = (name: string): string =>
  parameters[name] ?? `Slug or id of the ${name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()}`

const queries: Record<string, string> = {
  limit: 'How many at most',
  cursor: 'nextCursor of the page before; everything else must be as it was there',
  q: 'Name or slug contains this',
  sort: 'With - for descending',
  after: 'From this time on',
  before: 'Up to this time',
  amount: 'How many more units `allowed` is about',
}

export const queryText = (name: string): string | undefined => queries[name]
