import type { ShownLink } from '../src/domain/one-time-link.ts'
import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Entrance } from './layout.tsx'
import { PasswordField } from './password.tsx'
import { Time } from './time.tsx'

interface LinkProps {
  code: string
  link: ShownLink
}

const Code = ({ code }: { code: string }) => <input type="hidden" name="code" value={code} />

export const SetUp = ({ code, link }: LinkProps) => (
  <Entrance title="Welcome">
    <p>
      You are the first here. Make the account of the owner of <strong>{link.organization}</strong>, who may do
      everything and invites the others.
    </p>
    <Form action="/setup" submit="Create the account">
      <Code code={code} />
      <TextField name="name" label="Your name" isRequired autofocus autocomplete="name" />
      <TextField name="email" label="E-mail" type="email" longest={254} isRequired autocomplete="username" />
      <NewPassword />
    </Form>
    <Ends link={link} />
  </Entrance>
)

/** Without a link: where it is to be found. */
export const SetUpHelp = () => (
  <Entrance title="Set up Kaiten">
    <p>
      Nobody has an account here yet. The server printed a link for the first owner when it started, in its terminal or
      service log. Open that.
    </p>
    <p>It works once, within an hour. Make a new one on the machine of the server, as its user:</p>
    <pre class="entrance-command" tabindex={0}>
      kaiten setup-link
    </pre>
    <p class="text-secondary entrance-hint">
      In a container: <code>docker exec … kaiten setup-link</code>.
    </p>
  </Entrance>
)

export const TakeInvitation = ({ code, link }: LinkProps) => (
  <Entrance title={`Join ${link.organization}`}>
    <p>
      You were invited as <strong>{link.email}</strong>.
    </p>
    <Form action="/invitation" submit="Join">
      <Code code={code} />
      {/* So that password managers know whose it is. */}
      <input type="hidden" autocomplete="username" value={link.email} />
      <TextField name="name" label="Your name" value={link.name} isRequired autofocus autocomplete="name" />
      {link.hasPassword ? (
        <PasswordField
          name="password"
          label="Password"
          isRequired
          autocomplete="current-password"
          hint="The one you already sign in with."
        />
      ) : (
        <NewPassword />
      )}
    </Form>
    <Ends link={link} />
  </Entrance>
)

export const TakeReset = ({ code, link }: LinkProps) => (
  <Entrance title="Choose a new password">
    <p>
      For <strong>{link.email}</strong>. All sessions that are open will end.
    </p>
    <Form action="/reset" submit="Save the password">
      <Code code={code} />
      <input type="hidden" autocomplete="username" value={link.email} />
      <NewPassword isFirst />
    </Form>
    <Ends link={link} />
  </Entrance>
)

export const ResetDone = () => (
  <Entrance title="The password was changed">
    <p>Sign in with it now.</p>
    <a href="/login" class="btn btn-primary">
      Sign in
    </a>
  </Entrance>
)

const NewPassword = ({ isFirst = false }: { isFirst?: boolean }) => (
  <PasswordField
    name="password"
    label="Password"
    isRequired
    autofocus={isFirst}
    autocomplete="new-password"
    hint="At least 12 characters. Three or four unrelated words do well."
  />
)

const Ends = ({ link: { expiresAt } }: Pick<LinkProps, 'link'>) => (
  <p class="text-secondary entrance-hint">
    This link works once, until <Time of={expiresAt} />.
  </p>
)
