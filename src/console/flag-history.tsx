import { z } from 'zod'
import { FlagHistory, RestoreFlag } from '../../views/flag-history.tsx'
import { type FlagRecord, type FlagRevisionRecord, flagJson } from '../domain/flag.ts'
import { flagDifferences } from '../domain/flag-differences.ts'
import { textIn } from '../domain/form-list.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { revisionOfFlag, revisionsOf } from '../store/feature-flags.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { flagOf } from './flag-named.ts'
import { LeafQuery } from './lists.ts'
import { form, goTo, type Page, page } from './page.ts'

/** Revisions may be long. */
const perPage = 20

export const flagHistory = (house: House): Page[] => {
  const revision = ({ organizationId, id }: FlagRecord, number: number): FlagRevisionRecord | undefined =>
    house.read.find(revisionOfFlag, { organization: organizationId, flag: id, revision: number })

  return [
    ...page('/feature-flags/{flag}/history', {
      demand: 'read:feature_flags',
      query: LeafQuery.extend({ limit: ListQuery.shape.limit.unwrap().default(perPage) }),
      show: async ask => {
        const flag = flagOf(house, ask)
        const source = revisionsOf({ organization: ask.principal.organization, flag: flag.id })
        const leaf = await readLeaf(house, source, ask.query)
        const items = leaf.items.map(item => {
          const before = revision(flag, item.revision - 1)
          return { ...item, differences: before ? flagDifferences(before.flag, item.flag) : undefined }
        })
        return <FlagHistory flag={flag} leaf={{ ...leaf, items }} query={ask.query} />
      },
    }),
    ...form('/feature-flags/{flag}/restore', {
      demand: 'write:feature_flags',
      query: z.object({ revision: z.coerce.number().int().min(1).optional() }),
      show: ask => {
        const flag = flagOf(house, ask)
        const wanted = ask.query.revision ?? Number(textIn(ask.fields, 'revision') ?? flag.revision)
        const then = found(revision(flag, wanted), 'FeatureFlag.NotFound')
        const differences = flagDifferences(flagJson(flag), then.flag)
        return <RestoreFlag {...{ flag, then, differences }} />
      },
      submit: async ask => {
        const { slug, name } = await ask.submit('featureFlags.restore')
        const number = textIn(ask.fields, 'revision')
        return goTo(`/feature-flags/${slug}/history`, `${name} is again what it was at revision ${number}.`)
      },
    }),
  ]
}
