import type { Page } from '../src/domain/list.ts'
import type { ApiTokenView, ServiceAccountRecord } from '../src/domain/service-account.ts'
import { Action, DialogLink, EditAndDelete } from './action.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Scopes } from './scopes.tsx'
import { aboveAccount, addressOfAccount } from './service-accounts.tsx'
import { Status } from './status.tsx'
import { Time } from './time.tsx'

const soon = 14 * 86_400_000

interface AccountProps {
  account: ServiceAccountRecord
  leaf: Page<ApiTokenView>
  query: ListView
}

export const ServiceAccountTokens = ({ account, leaf, query }: AccountProps) => {
  const to = addressOfAccount(account)
  return (
    <Layout
      title={account.name}
      above={aboveAccount}
      beside={<Copy text={account.slug} />}
      actions={
        <>
          <Action to={`${to}/tokens/new`} icon="plus" isPrimary>
            New token
          </Action>
          <EditAndDelete to={to} />
        </>
      }
    >
      <TokenList {...{ account, leaf, query }} />
    </Layout>
  )
}

const TokenList = ({ account, leaf, query }: AccountProps) => (
  <List
    of="tokens"
    leaf={leaf}
    query={query}
    columns={[
      {
        title: 'Name',
        sort: 'name',
        cell: ({ name, prefix }) => (
          <div>
            {name}
            <div class="text-secondary">
              <code>{prefix}…</code>
            </div>
          </div>
        ),
      },
      { title: 'May', cell: token => <May {...token} /> },
      { title: 'State', cell: token => <TokenState {...token} /> },
      { title: 'Last used', cell: ({ lastUsedAt }) => <Time of={lastUsedAt} /> },
      { title: 'Expires', cell: ({ expiresAt }) => <Time of={expiresAt} /> },
      { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
      { title: 'Action', cell: token => <Revoke account={account} token={token} /> },
    ]}
    empty={
      <Empty
        icon="key"
        title={`${account.name} has no tokens yet`}
        hint="A token is what a program sends with each request. Its text is shown once, when it is made."
        action={
          <Action to={`${addressOfAccount(account)}/tokens/new`} icon="plus" isPrimary>
            New token
          </Action>
        }
      >
        <Curl
          title="Create one with the API"
          method="POST"
          path={`/api/service-accounts/${account.slug}/tokens`}
          body={{ name: 'Production', preset: 'data-plane' }}
        />
      </Empty>
    }
  />
)

const May = ({ scopes, instanceId, instanceSlug }: ApiTokenView) => (
  <div>
    <Scopes of={scopes} />
    {instanceId && (
      <div class="text-secondary">
        only <code>{instanceSlug ?? instanceId}</code>
      </div>
    )}
  </div>
)

function TokenState({ revokedAt, expiresAt }: ApiTokenView) {
  const { now } = useFrame()
  if (revokedAt !== null) return <Status is="neutral">Revoked</Status>
  if (expiresAt === null || expiresAt > now + soon) return <Status is="good">Active</Status>
  return expiresAt > now ? <Status is="warning">Expires soon</Status> : <Status is="bad">Expired</Status>
}

const Revoke = ({ account, token }: { account: ServiceAccountRecord; token: ApiTokenView }) =>
  token.revokedAt === null ? (
    <DialogLink to={`${addressOfAccount(account)}/tokens/${token.slug}/revoke`} isDangerous isSmall>
      Revoke
    </DialogLink>
  ) : (
    <span class="text-secondary">
      <Time of={token.revokedAt} />
    </span>
  )
