import { z } from 'zod'
import { FlagTrace, lintRule, RuleLint } from '../domain/flag-trace.ts'
import { parse } from '../domain/input.ts'
import { FlagTrial, flagsOfInstance, InstanceFlags, tryFlag } from '../snapshot/flag-trials.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { instanceOf } from './lookups.ts'

const LintRequest = z.strictObject({ rule: z.string() })

export const flagEvaluations = (house: House): Route[] => [
  {
    method: 'POST',
    path: '/feature-flags/lint',
    summary: 'Check a rule',
    description:
      'What is wrong with it, with places that count from 1, and the attributes of the context that it reads.',
    demand: 'read:feature_flags',
    body: LintRequest,
    status: 200,
    answers: RuleLint,
    handle: ({ body }) => ({ body: lintRule(parse(LintRequest, body).rule) }),
  },
  {
    method: 'POST',
    path: '/feature-flags/{flag}/test',
    summary: 'Try a feature flag, and see why it resolves as it does',
    description:
      'With `instanceSlug` as that instance would see it, with its facts; `context` is laid over its own. With `draft` ' +
      'as the flag would be with these members, which are not stored.',
    demand: 'read:feature_flags',
    body: FlagTrial,
    status: 200,
    answers: FlagTrace,
    handle: ({ principal, at, body }) => ({ body: tryFlag(house, principal, at.flag, parse(FlagTrial, body)) }),
  },
  {
    method: 'GET',
    path: '/instances/{instance}/feature-flags',
    summary: 'Show every feature flag as it resolves for an instance',
    demand: 'read:feature_flags',
    status: 200,
    answers: InstanceFlags,
    handle: async ({ principal, at }) => ({
      body: await flagsOfInstance(house, principal, instanceOf(house, principal, at.instance)),
    }),
  },
]
