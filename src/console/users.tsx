import { ConfirmDeletion } from '../../views/deletion.tsx'
import { ConfirmLink, EditUser, NewUser, UserLink, UserList } from '../../views/users.tsx'
import { found } from '../domain/problem.ts'
import { allows } from '../domain/scope.ts'
import { roles, scopesOfRole } from '../domain/user.ts'
import { userAt, usersOf } from '../store/users.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { originFor } from './callers.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

const list = '/settings/users'

/** People of the organization: their roles, and the links that let them in. */
export const users = (house: House): Page[] => {
  const userOf = ({ principal, at }: Ask) =>
    found(house.read.find(userAt(principal.organization, at.user)), 'User.NotFound')

  /** Nobody gives a role that may do more than they. */
  const rolesBelow = ({ principal }: Ask) =>
    roles.filter(role => scopesOfRole[role].every(scope => allows(principal.scopes, scope)))

  return [
    ...page(list, {
      demand: 'read:users',
      query: LeafQuery,
      show: async ({ principal, query, visitor }) => {
        const leaf = await readLeaf(house, usersOf(principal.organization), query)
        return <UserList {...{ leaf, query }} self={visitor.user.id} />
      },
    }),
    ...form(`${list}/new`, {
      demand: 'write:users',
      needsPassword: true,
      show: ask => <NewUser roles={rolesBelow(ask)} />,
      submit: async ask => {
        const { email, link } = await ask.submit('users.create')
        const address = originFor(ask.request, house) + (link?.path ?? '')
        return <UserLink {...{ email, address }} kind="INVITATION" expiresAt={link?.expiresAt ?? null} />
      },
    }),
    ...form(`${list}/{user}/edit`, {
      demand: 'write:users',
      needsPassword: true,
      show: ask => <EditUser user={userOf(ask)} roles={rolesBelow(ask)} />,
      submit: async ask => {
        const { name } = await ask.submit('users.update')
        return goTo(list, `${name} was saved.`)
      },
    }),
    ...form(`${list}/{user}/link`, {
      demand: 'write:users',
      needsPassword: true,
      show: ask => <ConfirmLink user={userOf(ask)} />,
      submit: async ask => {
        const { email } = userOf(ask)
        const { kind, path = '', expiresAt } = await ask.submit('users.resetLink')
        return <UserLink {...{ email, kind, expiresAt }} address={originFor(ask.request, house) + path} />
      },
    }),
    ...form(`${list}/{user}/delete`, {
      demand: 'write:users',
      needsPassword: true,
      show: ask => {
        const { id, name, email, revision } = userOf(ask)
        return (
          <ConfirmDeletion
            {...{ kind: 'user', name, revision }}
            action={`${list}/${id}/delete`}
            cancel={list}
            above={[
              { to: '/settings', name: 'Settings' },
              { to: list, name: 'Users' },
            ]}
            needsPassword
          >
            {email} loses access to this organization at once. What they did stays in the activity. They can be invited
            again.
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name } = userOf(ask)
        await ask.submit('users.delete')
        return goTo(list, `${name} was removed.`)
      },
    }),
  ]
}
