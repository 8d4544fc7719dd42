import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Path } from '../actions/action.ts'
import type { Reported } from '../actions/usage.ts'
import { isRecord, parse } from '../domain/input.ts'
import { demand, type Principal } from '../domain/principal.ts'
import { invalid, Problem, problemJson } from '../domain/problem.ts'
import { BatchedUsageReport, mostReportsPerBatch, NamedUsageReport, UsageReport } from '../domain/report.ts'
import { reportsUsage } from '../domain/scope.ts'
import { UsageAnswer } from '../domain/usage-answer.ts'
import { authenticate } from '../web/auth.ts'
import { jsonOf } from '../web/bodies.ts'
import { answerText, decodedPart, type Hot, type WithBody } from '../web/front-door.ts'
import type { House } from '../web/house.ts'
import { problemOf } from '../web/problems.ts'
import type { Route } from '../web/routes.ts'

type Place = Pick<Path, 'instance' | 'entitlement'>

const oneRoute = '/api/instances/{instance}/entitlements/{entitlement}/usage'
const namedRoute = '/api/instances/{instance}/usage'

/** Usage reports on the raw front door: one for a meter, one for an instance, a batch for any. */
export const hotUsage = (house: House): Hot => {
  const one = /^\/api\/instances\/([^/]+)\/entitlements\/([^/]+)\/usage$/
  const named = /^\/api\/instances\/([^/]+)\/usage$/
  return (request, path) => {
    if (request.method !== 'POST' || !path.endsWith('/usage')) return undefined
    if (path === '/api/usage')
      return { route: path, answer: (_, response, id) => reportBatch(house, request, response, id) }
    const [, instance, entitlement] = one.exec(path) ?? named.exec(path) ?? []
    if (instance === undefined) return undefined
    return {
      route: entitlement === undefined ? namedRoute : oneRoute,
      answer: (_, response, id) => reportOne(house, request, response, id, instance, entitlement),
    }
  }
}

function reportOne(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  instance: string,
  entitlement: string | undefined,
): WithBody {
  const principal = reporter(request, house)
  return async bytes => {
    const body = jsonOf(bytes) ?? {}
    const [place, report] =
      entitlement === undefined
        ? namedIn(body, { instance: decodedPart(instance) ?? '' })
        : [{ instance: decodedPart(instance) ?? '', entitlement: decodedPart(entitlement) ?? '' }, body]
    const reported = await submit(house, principal, place, withKey(report, keyOf(request)), id)
    if ('refused' in reported) throw Problem.from(reported.refused)
    answerText(response, id, 200, reported.text, reported.replayed ? ['Idempotent-Replayed', 'true'] : [])
  }
}

/** Each report of a batch is an action of its own, in order; the answer has for each what it alone would have got. */
function reportBatch(house: House, request: IncomingMessage, response: ServerResponse, id: string): WithBody {
  const principal = reporter(request, house)
  return async bytes => {
    const reports = reportsOf(jsonOf(bytes))
    const key = keyOf(request)
    const results = await Promise.all(
      reports.map(async (body, index) => {
        try {
          const [place, report] = namedIn(body, {})
          const reported = await submit(house, principal, place, withKey(report, key && `${key}#${index}`), id)
          if ('refused' in reported) throw Problem.from(reported.refused)
          const replayed = reported.replayed ? ',"replayed":true' : ''
          return { accepted: true, text: `{"index":${index},"status":200,"body":${reported.text}${replayed}}` }
        } catch (error) {
          const problem = problemOf(error, id, house)
          const told = JSON.stringify(problemJson(problem.data, '/api/usage', id))
          return { accepted: false, text: `{"index":${index},"status":${problem.status},"body":${told}}` }
        }
      }),
    )
    const accepted = results.filter(result => result.accepted).length
    const texts = results.map(({ text }) => text).join(',')
    const counts = `"accepted":${accepted},"rejected":${results.length - accepted}`
    answerText(response, id, 200, `{${counts},"results":[${texts}]}`)
  }
}

function reporter(request: IncomingMessage, house: House): Principal {
  const principal = authenticate(request, house)
  demand(principal, reportsUsage)
  return principal
}

const submit = async (
  house: House,
  principal: Principal,
  place: Place,
  report: unknown,
  id: string,
): Promise<Reported> => {
  const asked = { at: place, requestId: id }
  try {
    const { value } = await house.submit('usage.report', principal, report, asked)
    if ('refused' in value) house.reports.refuse(value.refused.code)
    else if (value.replayed) house.reports.replayed++
    else house.reports.accepted++
    return value
  } catch (error) {
    if (error instanceof Problem) house.reports.refuse(error.code)
    throw error
  }
}

/** The report of a body that names its entitlement, and where not yet known its instance. */
function namedIn(body: unknown, known: { instance?: string }): [Place, unknown] {
  if (!isRecord(body)) throw invalid({ location: 'body', message: 'must be a JSON object' })
  const schema = known.instance === undefined ? BatchedUsageReport : NamedUsageReport
  const {
    entitlementSlug,
    instanceSlug = known.instance ?? '',
    ...report
  } = parse(schema, body) as z.output<typeof BatchedUsageReport>
  return [{ instance: instanceSlug, entitlement: entitlementSlug }, report]
}

function reportsOf(body: unknown): unknown[] {
  const reports = isRecord(body) ? body.reports : undefined
  if (!Array.isArray(reports)) throw invalid({ location: 'body.reports', message: 'is required: a list of reports' })
  if (reports.length > mostReportsPerBatch)
    throw invalid({
      location: 'body.reports',
      message: `has ${reports.length} reports; at most ${mostReportsPerBatch} are taken at once`,
    })
  const unknown = Object.keys(body as object).filter(name => name !== 'reports')
  if (unknown.length > 0)
    throw invalid(...unknown.map(name => ({ location: `body.${name}`, message: 'is not a known member' })))
  return reports
}

/** On usage routes the Idempotency-Key is the transactionId, where the body has none. */
const withKey = (report: unknown, key: string | undefined): unknown =>
  key === undefined || !isRecord(report) || report.transactionId != null || report.transaction_id != null
    ? report
    : { ...report, transactionId: key }

function keyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || typeof key !== 'string') return undefined
  if (key.length === 0 || key.length > 120)
    throw invalid({ location: 'header.Idempotency-Key', message: 'must be 1 to 120 characters on usage routes' })
  return key
}

const Batch = z.strictObject({ reports: z.array(BatchedUsageReport).max(mostReportsPerBatch) })
const BatchAnswer = z.object({
  accepted: z.int(),
  rejected: z.int(),
  results: z.array(
    z.object({
      index: z.int(),
      status: z.int(),
      body: z.record(z.string(), z.unknown()),
      replayed: z.literal(true).optional(),
    }),
  ),
})

/** What the documentation says of them; the front door answers before these could. */
export const usage = (_house: House): Route[] =>
  [
    {
      path: '/instances/{instance}/entitlements/{entitlement}/usage',
      summary: 'Report usage',
      body: UsageReport,
      answers: UsageAnswer,
    },
    {
      path: '/instances/{instance}/usage',
      summary: 'Report usage, naming the entitlement in the body',
      body: NamedUsageReport,
      answers: UsageAnswer,
    },
    {
      path: '/usage',
      summary: 'Report usage of any instances, up to 1,000 reports',
      body: Batch,
      answers: BatchAnswer,
    },
  ].map(each => ({ ...each, method: 'POST', demand: reportsUsage, status: 200, handle: onFrontDoor }))

const onFrontDoor = (): never => {
  throw new Error('This route is answered on the front door.')
}
