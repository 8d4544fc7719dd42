import { Action } from './action.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'

export const Dashboard = () => (
  <Layout title="Dashboard" beside={<span class="text-secondary">{useFrame().visitor?.organization.name}</span>}>
    <div class="card">
      <Empty
        icon="layout-dashboard"
        title="Nothing has reported yet"
        hint="Make a customer first: whoever you sell to. Their instances, licenses and use follow from it."
        action={
          <Action to="/customers/new" icon="plus" isPrimary>
            New customer
          </Action>
        }
      >
        <Curl title="The same with the API" method="POST" path="/api/customers" body={{ name: 'Acme, Inc.' }} />
      </Empty>
    </div>
  </Layout>
)
