import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Entrance, Layout } from './layout.tsx'
import { PasswordField } from './password.tsx'

export const SignIn = ({ next }: { next: string }) => (
  <Entrance title="Sign in">
    <Form action="/login" submit="Sign in">
      <input type="hidden" name="next" value={next} />
      <TextField name="email" label="E-mail" type="email" longest={254} isRequired autofocus autocomplete="username" />
      <PasswordField name="password" label="Password" isRequired autocomplete="current-password" />
    </Form>
    <p class="text-secondary entrance-hint">
      Forgot the password? An owner or admin can make you a new link, or <code>kaiten user reset-link</code> at the
      server.
    </p>
  </Entrance>
)

export const SignOut = () => (
  <Layout title="Sign out" isNarrow>
    <Form action="/logout" submit="Sign out" cancel="/">
      <p>This browser will ask for your password again.</p>
    </Form>
  </Layout>
)
