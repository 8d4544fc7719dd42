import type { Page } from '../src/domain/list.ts'
import type { ServiceAccountRecord } from '../src/domain/service-account.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { SlugField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Time } from './time.tsx'

export const accountsPath = '/integrations/service-accounts'
export const aboveAccount: Crumb[] = [{ to: accountsPath, name: 'Service accounts' }]
export const addressOfAccount = ({ slug }: { slug: string }): string => `${accountsPath}/${slug}`

const NewAccount = () => (
  <Action to={`${accountsPath}/new`} icon="plus" isPrimary>
    New service account
  </Action>
)

interface AccountListProps {
  leaf: Page<ServiceAccountRecord>
  query: ListView
  /** Usable tokens of an account and when one was last used, by the account's id. */
  tokens: ReadonlyMap<string, { tokens: number; lastUsedAt: number | null }>
}

export const AccountList = ({ leaf, query, tokens }: AccountListProps) => (
  <Layout title="Service accounts" actions={<NewAccount />}>
    <List
      of="service accounts"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Name', sort: 'name', cell: account => <a href={addressOfAccount(account)}>{account.name}</a> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Last used', cell: ({ id }) => <Time of={tokens.get(id)?.lastUsedAt ?? null} /> },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'Tokens', isNumber: true, cell: ({ id }) => tokens.get(id)?.tokens ?? 0 },
      ]}
      empty={
        <Empty
          icon="robot"
          title="No service accounts yet"
          hint="A service account is a program that uses the API: your product, your billing, a script. It has tokens of its own."
          action={<NewAccount />}
        >
          <Curl title="Create one with the API" method="POST" path="/api/service-accounts" body={{ name: 'Billing' }} />
        </Empty>
      }
    />
  </Layout>
)

export const NewServiceAccount = () => (
  <Layout title="New service account" above={aboveAccount} isNarrow>
    <Card>
      <Form action={`${accountsPath}/new`} submit="Create service account" cancel={accountsPath}>
        <TextField
          name="name"
          label="Name"
          isRequired
          autofocus
          placeholder="Billing"
          hint="The program that will use it. Changes that it makes are shown under this name."
        />
        <SlugField kind="account" />
      </Form>
    </Card>
  </Layout>
)

export const EditServiceAccount = ({ account }: { account: ServiceAccountRecord }) => {
  const to = addressOfAccount(account)
  return (
    <Layout title="Edit" above={[...aboveAccount, { to, name: account.name }]} isNarrow>
      <Card>
        <Form action={`${to}/edit`} submit="Save" cancel={to} revision={account.revision}>
          <TextField name="name" label="Name" value={account.name} isRequired autofocus />
        </Form>
      </Card>
    </Layout>
  )
}
