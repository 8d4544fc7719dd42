import { z } from 'zod'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { OfrepRefusal } from './ofrep-refusals.ts'

const Evaluation = z
  .looseObject({
    context: z
      .looseObject({
        targetingKey: z.string().optional().meta({ description: 'Who is asking: what percentages are cut by' }),
      })
      .meta({ description: 'Attributes that rules read' })
      .optional(),
  })
  .optional()

const Evaluated = z.object({
  key: z.string(),
  value: z.unknown(),
  reason: z.enum(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DEFAULT', 'DISABLED']),
  variant: z.string(),
  metadata: z.record(z.string(), z.union([z.boolean(), z.string(), z.number()])),
})

const EvaluatedFlags = z.object({
  flags: z.array(z.union([Evaluated, OfrepRefusal])),
  metadata: Evaluated.shape.metadata,
  eventStreams: z
    .array(z.object({ type: z.literal('sse'), endpoint: z.object({ requestUri: z.string() }) }))
    .optional(),
})

const refusals = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, OfrepRefusal]))

/** What the documentation says of OFREP; the front door answers before these could. */
export const ofrep = (_house: House): Route[] => [
  {
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags/{key}',
    summary: 'Evaluate one flag',
    description: 'OFREP 0.3.0. Any Content-Type is taken; no body is an empty context.',
    demand: 'read:feature_flags',
    body: Evaluation,
    status: 200,
    answers: Evaluated,
    others: refusals(400, 401, 403, 404, 413, 415, 429, 500, 503),
    handle: onFrontDoor,
  },
  {
    method: 'POST',
    path: '/ofrep/v1/evaluate/flags',
    summary: 'Evaluate all flags',
    description:
      'OFREP 0.3.0. Send the ETag of an answer as If-None-Match (or as `flagConfigEtag` in the query) to learn only ' +
      'whether flags, context or what they read have changed. `eventStreams` tells where changes are announced.',
    demand: 'read:feature_flags',
    body: Evaluation,
    status: 200,
    answers: EvaluatedFlags,
    others: { 304: undefined, ...refusals(400, 401, 403, 413, 415, 429, 500, 503) },
    handle: onFrontDoor,
  },
  {
    method: 'GET',
    path: '/ofrep/v1/events',
    summary: 'Be told when flags are to be evaluated again',
    description: 'Server-sent events. The address with its channel comes from evaluating all flags.',
    demand: 'nothing',
    query: z.object({ channel: z.string().meta({ description: 'As `eventStreams` has it' }) }),
    status: 200,
    contentTypes: ['text/event-stream'],
    others: refusals(404, 500, 503),
    handle: onFrontDoor,
  },
]

function onFrontDoor(): never {
  throw new Error('This route is answered on the front door.')
}
