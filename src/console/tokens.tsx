import { z } from 'zod'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { NewToken, TokenMade } from '../../views/new-token.tsx'
import { scopeFieldOf } from '../../views/scopes.tsx'
import { aboveAccount, accountsPath, addressOfAccount } from '../../views/service-accounts.tsx'
import type { Fields } from '../domain/form.ts'
import { ListQuery } from '../domain/list.ts'
import { found, invalid } from '../domain/problem.ts'
import { allows, modules } from '../domain/scope.ts'
import { instancesOf } from '../store/instances.ts'
import { tokenAt } from '../store/service-accounts.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { originFor } from './callers.ts'
import { type Ask, form, goTo, type Page } from './page.ts'
import { accountOf } from './service-accounts.tsx'

const token = `${accountsPath}/{account}/tokens`

/** Links from elsewhere fill in what they know. */
const Wished = z.object({ instance: z.string().max(100).optional(), preset: z.string().max(20).optional() })

const mostSuggested = 100

export const tokens = (house: House): Page[] => {
  const tokenOf = (ask: Ask) => {
    const { organization } = ask.principal
    const row = house.read.find(tokenAt(organization, accountOf(house, ask).id, ask.at.token))
    return found(row, 'ApiToken.NotFound')
  }

  const suggested = async ({ principal }: Ask) => {
    if (!allows(principal.scopes, 'read:instances')) return []
    const source = instancesOf(principal.organization, '-createdAt', { only: principal.instance })
    return (await readPage(house, source, ListQuery.parse({ limit: mostSuggested }))).items
  }

  return [
    ...form(`${token}/new`, {
      demand: 'write:tokens',
      query: Wished,
      needsPassword: true,
      show: async ask => <NewToken account={accountOf(house, ask)} instances={await suggested(ask)} {...ask.query} />,
      submit: async ask => {
        const account = accountOf(house, ask)
        const made = await ask.submit('tokens.create', scopesOf(ask.fields))
        return <TokenMade account={account} origin={originFor(ask.request, house)} token={made} />
      },
    }),
    ...form(`${token}/{token}/revoke`, {
      demand: 'write:tokens',
      show: ask => {
        const { name, prefix, lastUsedAt } = tokenOf(ask)
        const account = accountOf(house, ask)
        const to = addressOfAccount(account)
        return (
          <ConfirmDeletion
            {...{ kind: 'token', verb: 'Revoke', name }}
            action={`${to}/tokens/${ask.at.token}/revoke`}
            cancel={to}
            above={[...aboveAccount, { to, name: account.name }]}
          >
            It begins with <code>{prefix}</code> and {lastUsedAt === null ? 'was never used' : 'was in use'}. Whoever
            sends it is refused from the next request on. That cannot be undone.
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name } = tokenOf(ask)
        await ask.submit('tokens.revoke')
        return goTo(addressOfAccount({ slug: ask.at.account }), `${name} was revoked.`)
      },
    }),
  ]
}

/** What the table of modules says, where no preset is chosen. */
function scopesOf(fields: Fields): { scopes?: string[] } {
  if (fields.get('preset')?.at(-1)) return {}
  const scopes = ['*', ...modules].flatMap(module => {
    const verb = fields.get(scopeFieldOf(module))?.at(-1)
    return verb ? [`${verb}:${module}`] : []
  })
  if (scopes.length > 0) return { scopes }
  throw invalid({ location: 'body.scopes', message: 'Choose at least one module that it may read or write.' })
}
