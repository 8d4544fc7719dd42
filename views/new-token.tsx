import { covers } from '../src/domain/scope.ts'
import type { NewApiToken, ServiceAccountRecord } from '../src/domain/service-account.ts'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { MomentField, SlugField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { Scopes, ScopesField } from './scopes.tsx'
import { aboveAccount, addressOfAccount } from './service-accounts.tsx'
import { Time } from './time.tsx'

interface NewTokenProps {
  account: ServiceAccountRecord
  /** Those that can be bound to, where there are not too many. */
  instances: readonly { slug: string | null; name: string }[]
  /** Filled in by the link that led here. */
  instance?: string | undefined
  preset?: string | undefined
}

export const NewToken = ({ account, instances, instance, preset }: NewTokenProps) => {
  const to = addressOfAccount(account)
  return (
    <Layout title="New token" above={[...aboveAccount, { to, name: account.name }]} isNarrow>
      <Card>
        <Form action={`${to}/tokens/new`} submit="Create token" cancel={to} needsPassword>
          <TextField name="name" label="Name" isRequired autofocus placeholder="Production" />
          <SlugField kind="token" />
          <ScopesField preset={preset} />
          <TextField
            name="instanceSlug"
            label="Only for the instance"
            value={instance}
            isCode
            suggestions={instances.map(({ slug, name }) => ({ value: slug ?? '', label: name }))}
            hint="The slug of the one instance that it sees and reports for: a token that leaks from one customer then opens no other. It fits the data plane."
          />
          <MomentField name="expiresAt" label="Expires" hint="Left empty, it works until it is revoked." />
        </Form>
      </Card>
    </Layout>
  )
}

interface TokenMadeProps {
  account: ServiceAccountRecord
  token: NewApiToken
  /** Where this house is reached: https://kaiten.example.com */
  origin: string
}

/** The only page that ever has a token's text. */
export const TokenMade = ({ account, token, origin }: TokenMadeProps) => {
  const to = addressOfAccount(account)
  const text = token.token ?? ''
  return (
    <Layout title="Token created" above={[...aboveAccount, { to, name: account.name }]} isNarrow>
      <Notice kind="warning" title="Copy it now: it is never shown again">
        Only a fingerprint of it is kept. Put it where secrets belong: whoever has it may do all that it may do.
      </Notice>
      <Card title={token.name}>
        <p class="secret">
          <Copy text={text} />
        </p>
        <Definitions
          of={[
            ['May', <Scopes of={token.scopes} />],
            ['Only for the instance', token.instanceSlug && <code>{token.instanceSlug}</code>],
            ['Expires', <Time of={token.expiresAt ? Date.parse(token.expiresAt) : null} />],
          ]}
        />
      </Card>
      <Card title="Try it">
        <Curl title="Whose token it is" path="/api/me" environment={{ KAITEN_URL: origin, KAITEN_TOKEN: text }} />
        {covers(token.scopes, 'read:feature_flags') && (
          <Curl
            title="All feature flags for a user"
            method="POST"
            path="/ofrep/v1/evaluate/flags"
            body={{ context: { targetingKey: 'user-1' } }}
          />
        )}
        <p class="text-secondary mt-3 mb-0">
          With the first two lines in your shell, every other command that the console shows works as well.
        </p>
      </Card>
      <div>
        <a class="btn" href={to}>
          I have copied it
        </a>
      </div>
    </Layout>
  )
}
