import { FlagEvaluation } from '../../views/flag-evaluation.tsx'
import { inputOf } from '../domain/form.ts'
import { textIn } from '../domain/form-list.ts'
import { parse } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { allows } from '../domain/scope.ts'
import { FlagTrial, tryFlag } from '../snapshot/flag-trials.ts'
import { instancesOf } from '../store/instances.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { flagOf } from './flag-named.ts'
import { ownFields } from './forms.ts'
import { type Ask, form, type Page } from './page.ts'

/** How a flag would resolve, and why. It is sent and not in the address: contexts say things about people. */
export const flagEvaluation = (house: House): Page[] => {
  const offered = async ({ principal }: Ask) => {
    if (!allows(principal.scopes, 'read:instances')) return []
    const newest = ListQuery.parse({ limit: 20 })
    const { items } = await readPage(
      house,
      instancesOf(principal.organization, newest.sort, { only: principal.instance }),
      newest,
    )
    return items.flatMap(({ slug, name, customerSlug }) => (slug ? [{ slug, name: `${name} of ${customerSlug}` }] : []))
  }

  return form('/feature-flags/{flag}/evaluation', {
    demand: 'read:feature_flags',
    show: async ask => <FlagEvaluation flag={flagOf(house, ask)} instances={await offered(ask)} />,
    submit: async ask => {
      const flag = flagOf(house, ask)
      const typed = new Map([...ownFields(ask.fields)].filter(([, values]) => values.at(-1)?.trim() !== ''))
      const trial = parse(FlagTrial, inputOf(FlagTrial, typed))
      const text = (name: string) => textIn(ask.fields, name) ?? ''
      return (
        <FlagEvaluation
          flag={flag}
          instances={await offered(ask)}
          typed={{ instance: text('instanceSlug'), context: text('context') }}
          verdict={tryFlag(house, ask.principal, flag.id, trial)}
        />
      )
    },
  })
}
