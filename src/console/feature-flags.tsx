import { z } from 'zod'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { EditFlag } from '../../views/flag-edit.tsx'
import { aboveOf, addressOf, FlagSwitch } from '../../views/flag-layout.tsx'
import { FlagOverview } from '../../views/flag-overview.tsx'
import { ConfirmSwitch, FlagList } from '../../views/flags.tsx'
import { FlagType } from '../domain/flag.ts'
import { compileFlag } from '../domain/flag-compile.ts'
import { textIn } from '../domain/form-list.ts'
import { featureFlagsOf } from '../store/feature-flags.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { flagDrafts } from './flag-drafts.tsx'
import { flagEvaluation } from './flag-evaluation.tsx'
import { flagHistory } from './flag-history.tsx'
import { flagOf } from './flag-named.ts'
import { flagTargeting } from './flag-targeting.tsx'
import { demandName } from './forms.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'
import { ruleCheck } from './rule-check.tsx'

const FlagQuery = LeafQuery.extend({ type: FlagType.optional(), enabled: z.enum(['true', 'false']).optional() })

export const featureFlags = (house: House): Page[] => [
  ...page('/feature-flags', {
    demand: 'read:feature_flags',
    query: FlagQuery,
    show: async ({ principal, query }) => {
      const { type, enabled, ...rest } = query
      const filters = { type, enabled: enabled === undefined ? undefined : enabled === 'true' }
      const leaf = await readLeaf(house, featureFlagsOf(principal.organization, filters), rest)
      return <FlagList {...{ leaf, query }} />
    },
  }),
  ...flagDrafts(house),
  ...flagTargeting(house),
  ...ruleCheck(),
  ...page('/feature-flags/{flag}', {
    demand: 'read:feature_flags',
    show: ask => {
      const flag = flagOf(house, ask)
      const { organization } = ask.principal
      const tally = house.flags.evaluations.tallyOf(organization, flag.slug)
      return (
        <FlagOverview
          flag={flag}
          whenDisabled={compileFlag(flag, organization).disabled?.variant}
          evaluations={reasons.map(reason => ({ reason, count: tally(reason).count })).filter(({ count }) => count > 0)}
        />
      )
    },
  }),
  ...flagEvaluation(house),
  ...flagHistory(house),
  ...form('/feature-flags/{flag}/edit', {
    demand: 'write:feature_flags',
    show: ask => <EditFlag flag={flagOf(house, ask)} />,
    submit: async ask => {
      const { slug, name } = await ask.submit('featureFlags.update')
      return goTo(`/feature-flags/${slug}`, `${name} was saved.`)
    },
  }),
  ...form('/feature-flags/{flag}/enabled', {
    demand: 'write:feature_flags',
    show: ask => <ConfirmSwitch flag={flagOf(house, ask)} />,
    submit: async ask => {
      const flag = await ask.submit('featureFlags.update')
      const then = thenOf(ask, addressOf(flag))
      if (ask.request.headers['hx-request']) return <FlagSwitch flag={flag} then={then} isInPlace />
      return goTo(then, `${flag.name} is ${flag.enabled ? 'on' : 'off'}.`)
    },
  }),
  ...form('/feature-flags/{flag}/delete', {
    demand: 'write:feature_flags',
    show: ask => {
      const { name, slug, revision } = flagOf(house, ask)
      const to = addressOf({ slug })
      return (
        <ConfirmDeletion
          {...{ kind: 'feature flag', name, revision }}
          action={`${to}/delete`}
          cancel={to}
          above={aboveOf({ name, slug })}
          asksForName
        >
          Its variants and rules go with it. Apps that ask for <code>{slug}</code> get FLAG_NOT_FOUND from then on and
          fall back to the value in their code. The API still shows its history by its id.
        </ConfirmDeletion>
      )
    },
    submit: async ask => {
      const { name } = flagOf(house, ask)
      demandName(ask.fields, name)
      await ask.submit('featureFlags.delete')
      return goTo('/feature-flags', `${name} was deleted.`)
    },
  }),
]

const reasons = ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DEFAULT', 'DISABLED', 'ERROR'] as const

/** Back to where a switch was turned, among the pages of flags. */
function thenOf({ fields }: Ask, otherwise: string): string {
  const then = textIn(fields, '_then') ?? ''
  return /^\/feature-flags([/?]|$)/.test(then) ? then : otherwise
}
