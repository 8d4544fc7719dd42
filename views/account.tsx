import type { OwnSession } from '../src/domain/session.ts'
import type { Visitor } from '../src/domain/visitor.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { RadioField } from './choices.tsx'
import { Definitions } from './definitions.tsx'
import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'
import { PasswordField } from './password.tsx'
import { Badge, titled } from './status.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

const above = [{ to: '/account', name: 'Account' }]
const themeNames = { auto: 'as the system', light: 'light', dark: 'dark' }

/** The visitor, whom a page behind the door always has. */
function useVisitor(): Visitor {
  const { visitor } = useFrame()
  if (!visitor) throw new Error('An account is shown to nobody but its visitor.')
  return visitor
}

export function Account({ sessions }: { sessions: readonly OwnSession[] }) {
  const { user, role, organization, organizations } = useVisitor()
  return (
    <Layout title="Account">
      <Card
        title="You"
        actions={
          <>
            <Action to="/account/edit" icon="pencil">
              Edit
            </Action>
            <Action to="/account/password" icon="lock">
              Change password
            </Action>
          </>
        }
      >
        <Definitions
          of={[
            ['Name', user.name],
            ['E-mail', user.email],
            ['Role', <Badge>{titled(role)}</Badge>],
            ['Organization', organization.name],
            ['Theme', themeNames[user.theme]],
          ]}
        />
      </Card>
      {organizations.length > 1 && <Organizations />}
      <Sessions sessions={sessions} />
    </Layout>
  )
}

function Organizations() {
  const { organization, organizations } = useVisitor()
  return (
    <Card title="Organizations">
      <p class="text-secondary">You belong to several. This session goes on in the one that you choose.</p>
      <Form action="/account/organization" class="button-row">
        {organizations.map(({ id, slug, name }) => (
          <button type="submit" class="btn" name="organization" value={slug} aria-pressed={id === organization.id}>
            {name}
          </button>
        ))}
      </Form>
    </Card>
  )
}

const Sessions = ({ sessions }: { sessions: readonly OwnSession[] }) => (
  <Card
    title="Sessions"
    isFlush
    actions={
      sessions.length > 1 && (
        <Form action="/account/sessions/end-others">
          <button type="submit" class="btn">
            End all others
          </button>
        </Form>
      )
    }
  >
    <Table
      label="sessions"
      rows={sessions}
      columns={[
        { title: 'Browser', cell: ({ userAgent }) => <span title={userAgent ?? ''}>{browserOf(userAgent)}</span> },
        { title: 'Address', cell: ({ address }) => <code>{address || 'this machine'}</code> },
        { title: 'Signed in', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'Last seen', cell: ({ lastSeenAt }) => <Time of={lastSeenAt} /> },
        { title: 'Ends at the latest', cell: ({ expiresAt }) => <Time of={expiresAt} /> },
        { title: '', cell: session => (session.isThis ? <Badge>this one</Badge> : <End {...session} />) },
      ]}
    />
  </Card>
)

const End = ({ id, userAgent }: OwnSession) => (
  <Form action="/account/sessions/end">
    <input type="hidden" name="id" value={id} />
    <button type="submit" class="btn btn-sm" aria-label={`End the session of ${browserOf(userAgent)}`}>
      End
    </button>
  </Form>
)

const browsers = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\bChrom(e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const
const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\biP(hone|ad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const

/** `Firefox on Linux`: what people know their browser by. */
function browserOf(userAgent: string | null): string {
  const nameIn = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1]
  const [browser, system] = [nameIn(browsers), nameIn(systems)]
  return browser ? `${browser}${system ? ` on ${system}` : ''}` : (userAgent?.slice(0, 40) ?? 'unknown')
}

export function EditAccount() {
  const { user } = useVisitor()
  return (
    <Layout title="Edit" above={above} isNarrow>
      <Card>
        <Form action="/account/edit" submit="Save" cancel="/account">
          <TextField name="name" label="Name" value={user.name} isRequired autofocus autocomplete="name" />
          <RadioField
            name="theme"
            label="Theme"
            value={user.theme}
            choices={[
              { value: 'auto', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        </Form>
      </Card>
    </Layout>
  )
}

export const ChangePassword = () => (
  <Layout title="Change password" above={above} isNarrow>
    <Card>
      <Form action="/account/password" submit="Change password" cancel="/account">
        <input type="hidden" autocomplete="username" value={useVisitor().user.email} />
        <PasswordField
          name="currentPassword"
          label="Current password"
          isRequired
          autofocus
          autocomplete="current-password"
        />
        <PasswordField
          name="password"
          label="New password"
          isRequired
          autocomplete="new-password"
          hint="At least 12 characters. Three or four unrelated words do well. Your other sessions will end."
        />
      </Form>
    </Card>
  </Layout>
)
