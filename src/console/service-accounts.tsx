import { ConfirmDeletion } from '../../views/deletion.tsx'
import {
  AccountList,
  aboveAccount,
  accountsPath,
  addressOfAccount,
  EditServiceAccount,
  NewServiceAccount,
} from '../../views/service-accounts.tsx'
import { ServiceAccountTokens } from '../../views/tokens.tsx'
import { found } from '../domain/problem.ts'
import { serviceAccountAt, serviceAccountsOf, tokensOf, tokensPerAccount } from '../store/service-accounts.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { demandName } from './forms.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const account = `${accountsPath}/{account}`

export const accountOf = (house: House, { principal, at }: Ask) =>
  found(house.read.find(serviceAccountAt(principal.organization, at.account)), 'ServiceAccount.NotFound')

export const serviceAccounts = (house: House): Page[] => {
  const tokensOfEach = async ({ principal: { organization }, now }: Ask, ids: readonly string[]) => {
    const counted = await house.scan.all(tokensPerAccount, { organization, ids: JSON.stringify(ids), now })
    return new Map(counted.map(({ serviceAccountId, ...tokens }) => [serviceAccountId, tokens]))
  }

  return [
    ...page(accountsPath, {
      demand: 'read:tokens',
      query: LeafQuery,
      show: async ask => {
        const { principal, query } = ask
        const leaf = await readLeaf(house, serviceAccountsOf(principal.organization), query)
        const ids = leaf.items.map(({ id }) => id)
        return <AccountList {...{ leaf, query }} tokens={await tokensOfEach(ask, ids)} />
      },
    }),
    ...form(`${accountsPath}/new`, {
      demand: 'write:tokens',
      show: () => <NewServiceAccount />,
      submit: async ask => {
        const made = await ask.submit('serviceAccounts.create')
        return goTo(addressOfAccount(made), `${made.name} was created. Give it a token.`)
      },
    }),
    ...page(account, {
      demand: 'read:tokens',
      query: LeafQuery,
      show: async ask => {
        const { principal, query } = ask
        const shown = accountOf(house, ask)
        const leaf = await readLeaf(house, tokensOf(principal.organization, shown.id), query)
        return <ServiceAccountTokens {...{ leaf, query }} account={shown} />
      },
    }),
    ...form(`${account}/edit`, {
      demand: 'write:tokens',
      show: ask => <EditServiceAccount account={accountOf(house, ask)} />,
      submit: async ask => {
        const saved = await ask.submit('serviceAccounts.update')
        return goTo(addressOfAccount(saved), `${saved.name} was saved.`)
      },
    }),
    ...form(`${account}/delete`, {
      demand: 'write:tokens',
      show: async ask => {
        const { id, name, slug, revision } = accountOf(house, ask)
        const to = addressOfAccount({ slug })
        const { tokens = 0 } = (await tokensOfEach(ask, [id])).get(id) ?? {}
        return (
          <ConfirmDeletion
            {...{ kind: 'service account', name, revision }}
            action={`${to}/delete`}
            cancel={to}
            above={[...aboveAccount, { to, name }]}
            asksForName
          >
            {tokens === 0
              ? 'It has no token that works. What it did stays in the activity.'
              : `Its ${tokens === 1 ? 'token stops' : `${tokens} tokens stop`} working with the next request. What it did stays in the activity.`}
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name } = accountOf(house, ask)
        demandName(ask.fields, name)
        await ask.submit('serviceAccounts.delete')
        return goTo(accountsPath, `${name} was deleted, with its tokens.`)
      },
    }),
  ]
}
