import type { Page } from '../src/domain/list.ts'
import type { LinkKind } from '../src/domain/one-time-link.ts'
import { isActive, type Role, type UserView } from '../src/domain/user.ts'
import { Action, DialogLink } from './action.tsx'
import { Card } from './card.tsx'
import { RadioField, SwitchField } from './choices.tsx'
import { Copy } from './copy.tsx'
import { Empty } from './empty.tsx'
import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Notice } from './notice.tsx'
import { SettingsLayout } from './settings.tsx'
import { Badge, Status, titled } from './status.tsx'
import { Time } from './time.tsx'

const list = '/settings/users'
const above: Crumb[] = [
  { to: '/settings', name: 'Settings' },
  { to: list, name: 'Users' },
]

/** What a role may do, for who chooses it. Source: scopesOfRole in src/domain/user.ts. */
const mayDo: Record<Role, string> = {
  OWNER: 'Everything, and the organization itself.',
  ADMIN: 'Everything but the organization’s own data: users, tokens and webhooks too.',
  EDITOR: 'Changes customers, instances, licenses, flags and releases. No users, tokens or webhooks.',
  VIEWER: 'Sees everything and changes nothing.',
}

interface UserListProps {
  leaf: Page<UserView>
  query: ListView
  /** The visitor's own user. */
  self: string
}

export const UserList = ({ leaf, query, self }: UserListProps) => (
  <SettingsLayout
    actions={
      <Action to={`${list}/new`} icon="plus" isPrimary>
        Invite user
      </Action>
    }
  >
    <List
      of="users"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'Name',
          sort: 'name',
          cell: ({ id, name }) => (
            <>
              {name} {id === self && <Badge>you</Badge>}
            </>
          ),
        },
        { title: 'E-mail', cell: ({ email }) => email },
        { title: 'Role', cell: ({ role }) => <Badge>{titled(role)}</Badge> },
        { title: 'State', cell: user => <Standing user={user} /> },
        { title: 'Last sign-in', cell: ({ lastSignInAt }) => <Time of={lastSignInAt} /> },
        { title: '', to: ({ id }) => `${list}/${id}/edit`, cell: user => <Doings user={user} /> },
      ]}
      empty={<Empty icon="user" title="No users yet" hint="kaiten user create makes one at the server." />}
    />
  </SettingsLayout>
)

const Standing = ({ user }: { user: UserView }) => {
  if (user.disabledAt !== null) return <Status is="neutral">disabled</Status>
  return isActive(user) ? <Status is="good">active</Status> : <Status is="info">invited</Status>
}

const Doings = ({ user: { id } }: { user: UserView }) => (
  <div class="row-actions">
    <Action to={`${list}/${id}/edit`} isSmall>
      Edit
    </Action>
    <DialogLink to={`${list}/${id}/link`} isSmall>
      New link
    </DialogLink>
    <DialogLink to={`${list}/${id}/delete`} isSmall isDangerous>
      Remove
    </DialogLink>
  </div>
)

const RoleField = ({ roles, value }: { roles: readonly Role[]; value: Role }) => (
  <RadioField
    name="role"
    label="Role"
    value={value}
    isRequired
    choices={roles.map(role => ({ value: role, label: titled(role), hint: mayDo[role] }))}
  />
)

export const NewUser = ({ roles }: { roles: readonly Role[] }) => (
  <Layout title="Invite user" above={above} isNarrow>
    <Card>
      <Form action={`${list}/new`} submit="Make the invitation" cancel={list} needsPassword>
        <TextField
          name="email"
          label="E-mail"
          type="email"
          longest={254}
          isRequired
          autofocus
          hint="Nothing is sent. You get a link to hand on."
        />
        <TextField name="name" label="Name" hint="They can change it when they come." />
        <RoleField roles={roles} value="VIEWER" />
      </Form>
    </Card>
  </Layout>
)

export const EditUser = ({ user, roles }: { user: UserView; roles: readonly Role[] }) => (
  <Layout title={`Edit ${user.name}`} above={above} isNarrow>
    <Card>
      <Form action={`${list}/${user.id}/edit`} submit="Save" cancel={list} revision={user.revision} needsPassword>
        <TextField name="name" label="Name" value={user.name} isRequired autofocus />
        <RoleField roles={roles} value={user.role} />
        <SwitchField
          name="disabled"
          label="Disabled"
          isOn={user.disabledAt !== null}
          hint="Cannot sign in here. Open sessions end at once."
        />
      </Form>
    </Card>
  </Layout>
)

export const ConfirmLink = ({ user }: { user: UserView }) => (
  <Layout title="New link" above={above} isNarrow>
    <Card>
      <h2 class="dialog-title" id="dialog-title">
        Make a new link for <q>{user.name}</q>?
      </h2>
      <p class="text-secondary">
        {user.acceptedAt === null
          ? 'They have not taken up their invitation. The link before stops working.'
          : 'Whoever opens it chooses a new password and ends all sessions. The password of today works until then.'}
      </p>
      <Form action={`${list}/${user.id}/link`} submit="Make the link" cancel={list} needsPassword>
        {null}
      </Form>
    </Card>
  </Layout>
)

interface LinkProps {
  email: string
  kind: LinkKind
  address: string
  /** RFC 3339 */
  expiresAt: string | null
}

/** A link to hand on, shown this once. */
export const UserLink = ({ email, kind, address, expiresAt }: LinkProps) => (
  <Layout title={kind === 'RESET' ? 'Link for a new password' : 'Invitation'} above={above} isNarrow>
    <Card>
      <p>
        Hand this link on to <strong>{email}</strong>, on a way that nobody else reads:
      </p>
      <p class="shown-once">
        <Copy text={address} />
      </p>
      <Notice kind="warning" title="It is shown this once.">
        It works once, until <Time of={expiresAt === null ? null : Date.parse(expiresAt)} />. Lost, it can be made anew.
      </Notice>
      <div class="form-buttons">
        <a href={list} class="btn btn-primary">
          Done
        </a>
      </div>
    </Card>
  </Layout>
)
