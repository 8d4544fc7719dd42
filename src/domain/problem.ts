/**
 * The one error class of the house, and the one table from code to status.
 * Anything thrown that is not a Problem is a bug: logged with its errorId and told as `Internal.Error`.
 */

/** One finding about the input. `location` reads like `body.variants[2].name` or `query.limit`. */
export interface Finding {
  location: string
  message: string
  value?: unknown
  /** Of a rule: where in its text, from 1; the end is exclusive. */
  line?: number
  column?: number
  endLine?: number
  endColumn?: number
}

/** Every code a client may branch on: its HTTP status and what it means. The page /api/problems is made from this. */
export const problemCodes = {
  'Request.MalformedJson': [400, 'The body is not JSON'],
  'Request.Malformed': [400, 'The request cannot be read'],
  'Auth.NoIdentity': [401, 'No valid credential'],
  'Auth.MissingScope': [403, 'The credential lacks a scope'],
  'Auth.ForeignForm': [403, 'The form did not come from a page of the console'],
  'Auth.BeyondOwnScopes': [403, 'Nobody can give, change or take away scopes that they lack themselves'],
  'Auth.SignInRefused': [401, 'The e-mail address or the password is wrong'],
  'Auth.TooManyAttempts': [429, 'Too many passwords were wrong'],
  'Auth.PlainHttp': [403, 'Nobody signs in over http from another machine'],
  'Route.NotFound': [404, 'No such address'],
  'Route.MethodNotAllowed': [405, 'The address does not know this method'],
  'Request.TimedOut': [408, 'The request did not arrive in time'],
  'Request.TooLarge': [413, 'The body is too large'],
  'Request.HeadTooLarge': [431, 'The address and the headers are too large'],
  'Request.TooMany': [429, 'The credential makes too many requests'],
  'Request.UnsupportedEncoding': [415, 'The Content-Encoding cannot be read'],
  'Request.UnsupportedMediaType': [415, 'The Content-Type is not JSON'],
  'Request.Invalid': [422, 'The input does not fit'],
  'Request.RevisionMismatch': [412, 'The object has changed since it was read'],
  'Cursor.Mismatch': [422, 'The cursor belongs to another list, order or filter'],
  'Idempotency.KeyReused': [422, 'The Idempotency-Key was used for another body'],
  'Customer.NotFound': [404, 'No such customer'],
  'Customer.SlugTaken': [409, 'Another customer has this slug'],
  'Customer.HasInstances': [409, 'The customer still has instances'],
  'Instance.NotFound': [404, 'No such instance'],
  'Instance.SlugTaken': [409, 'Another instance has this slug'],
  'Instance.NotDeleted': [409, 'The instance is not deleted'],
  'Instance.CannotBeRestored': [409, 'What the instance belonged to is gone'],
  'Instance.NoDefaultLicense': [422, 'No license was named and no default license exists'],
  'License.NotFound': [404, 'No such license'],
  'License.SlugTaken': [409, 'Another license has this slug'],
  'License.VersionTaken': [409, 'The family has this version already'],
  'License.Inactive': [409, 'The license is not active'],
  'License.IsDefault': [409, 'The default license must stay active'],
  'License.InUse': [409, 'Instances still have the license'],
  'Entitlement.NotFound': [404, 'No such entitlement'],
  'Entitlement.SlugTaken': [409, 'Another entitlement has this slug'],
  'Entitlement.InUse': [409, 'The entitlement is granted or has usage'],
  'Entitlement.MeterFixed': [409, 'How an entitlement is measured cannot change once it is granted or used'],
  'Entitlement.NotGranted': [404, 'The license of the instance does not contain the entitlement'],
  'Entitlement.NotMetered': [422, 'Only NUMBER entitlements take usage reports'],
  'LicenseEntitlement.NotFound': [404, 'The license does not grant the entitlement'],
  'LicenseEntitlement.AlreadyGranted': [409, 'The license grants the entitlement already'],
  'ReportEntitlementUsageMetric.ThresholdExceeded': [409, 'The report would pass the limit'],
  'ReportEntitlementUsageMetric.LicenseNotActive': [409, 'The license has not started or has ended'],
  'ReportEntitlementUsageMetric.TransactionIdReused': [409, 'The transactionId was used for another report'],
  'ReportEntitlementUsageMetric.NegativeTotal': [422, 'The total would fall below zero'],
  'Component.NotFound': [404, 'No such component'],
  'Component.SlugTaken': [409, 'Another component has this slug'],
  'Component.VersionTaken': [409, 'A component of this name has this version already'],
  'Component.InUse': [409, 'A release contains the component'],
  'Release.NotFound': [404, 'No such release'],
  'Release.SlugTaken': [409, 'Another release has this slug'],
  'Release.VersionTaken': [409, 'Another release has this version'],
  'Release.WasDeployed': [409, 'The release was deployed'],
  'DeploymentZone.NotFound': [404, 'No such deployment zone'],
  'DeploymentZone.SlugTaken': [409, 'Another deployment zone has this slug'],
  'FeatureFlag.NotFound': [404, 'No such feature flag'],
  'FeatureFlag.SlugTaken': [409, 'Another feature flag has this slug'],
  'Organization.NotFound': [404, 'No such organization'],
  'Organization.SlugTaken': [409, 'Another organization has this slug'],
  'ServiceAccount.NotFound': [404, 'No such service account'],
  'ServiceAccount.SlugTaken': [409, 'Another service account has this slug'],
  'ApiToken.NotFound': [404, 'No such token'],
  'ApiToken.SlugTaken': [409, 'Another token of the account has this slug'],
  'ApiToken.Taken': [409, 'The token text is in use'],
  'Webhook.NotFound': [404, 'No such webhook endpoint'],
  'Webhook.Disabled': [409, 'The endpoint is disabled'],
  'Webhook.TooMany': [409, 'The organization has as many endpoints as it may have'],
  'Webhook.SecretUnreadable': [409, 'The signing secret was sealed with another key'],
  'WebhookDelivery.NotFound': [404, 'No such delivery'],
  'User.NotFound': [404, 'No such user'],
  'User.EmailTaken': [409, 'The organization has a user with this e-mail address'],
  'User.LastOwner': [409, 'An organization keeps an owner who can sign in'],
  'User.BelongsElsewhere': [409, 'The person belongs to other organizations too'],
  'User.HasPassword': [409, 'The person has a password already'],
  'Organization.HasUsers': [409, 'The organization has users already'],
  'OneTimeLink.NotValid': [410, 'The link was used, has ended, or never was'],
  'Session.NotFound': [404, 'No such session'],
  'Server.Busy': [503, 'Too many changes are waiting'],
  'Server.Stopping': [503, 'The server is stopping'],
  'Storage.Full': [503, 'The disk is full'],
  'Storage.Failed': [503, 'The database cannot be written'],
  'Internal.Error': [500, 'A fault of ours'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof problemCodes

/** A Problem as plain data, as it crosses threads. `members` are further members of the answer, such as `limit`. */
export interface ProblemData {
  code: ProblemCode
  detail: string
  errors?: Finding[] | undefined
  members?: Record<string, unknown> | undefined
  /** Response headers that belong to the answer: Allow, Retry-After, WWW-Authenticate. */
  headers?: Record<string, string> | undefined
}

export class Problem extends Error {
  readonly code: ProblemCode
  readonly errors: Finding[] | undefined
  readonly members: Record<string, unknown> | undefined
  readonly headers: Record<string, string> | undefined

  constructor(code: ProblemCode, detail: string, more: Omit<ProblemData, 'code' | 'detail'> = {}) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.errors = more.errors
    this.members = more.members
    this.headers = more.headers
  }

  get status(): number {
    return problemCodes[this.code][0]
  }

  get data(): ProblemData {
    return { code: this.code, detail: this.message, errors: this.errors, members: this.members, headers: this.headers }
  }

  static from({ code, detail, ...more }: ProblemData): Problem {
    return new Problem(code, detail, more)
  }
}

/** An RFC 9457 answer. `instance` is the path that was asked, `errorId` the request's id in the log. */
export function problemJson(problem: ProblemData, instance: string, errorId: string): Record<string, unknown> {
  const [status, title] = problemCodes[problem.code]
  return {
    type: `/api/problems#${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance,
    code: problem.code,
    errorId,
    ...(problem.errors && { errors: problem.errors }),
    ...problem.members,
  }
}

/** The row, or the 404 of its kind: `LicenseEntitlement.NotFound` says "There is no such license entitlement." */
export function found<Row>(row: Row | undefined, code: ProblemCode): Row {
  if (row !== undefined) return row
  const kind = (code.split('.')[0] ?? '').replace(/(?<=.)([A-Z])/g, ' $1').toLowerCase()
  throw new Problem(code, `There is no such ${kind}.`)
}

/** The input was understood and does not fit. One finding is told in the detail too, so that curl users see it. */
export const invalid = (...errors: Finding[]): Problem =>
  new Problem('Request.Invalid', errors.map(each => `${each.location}: ${each.message}`).join('; '), { errors })
