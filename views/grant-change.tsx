import { Card } from './card.tsx'
import { instanceAddress } from './instance-layout.tsx'
import { Linked } from './linked.tsx'
import { Notice } from './notice.tsx'
import { grouped } from './progress.tsx'
import { Table } from './table.tsx'

export interface GrantChangeView {
  /** How many instances would be over. */
  over: number
  /** The first hundred of them, by percent. */
  instances: readonly {
    id: string
    slug: string | null
    name: string
    customerId: string
    customerSlug: string
    customerName: string
    use: number
    /** Of the new threshold; null where that is 0. */
    percent: number | null
  }[]
}

/** Who would be over a grant's new threshold; src/console/grant-changes.ts finds them out. */
export const GrantChange = ({ change: { over, instances } }: { change: GrantChangeView }) =>
  over === 0 ? (
    <Notice kind="success" title="No instance would be over it">
      What each of them uses now is within the new threshold.
    </Notice>
  ) : (
    <>
      <Notice kind="warning" title={`${grouped(over)} ${over === 1 ? 'instance' : 'instances'} would be over it`}>
        Their reports are refused from then on, until they give back or their next period begins.
      </Notice>
      <Card
        isFlush
        title={over > instances.length ? `The ${instances.length} furthest over` : 'Instances that would be over'}
      >
        <Table
          label="Instances that would be over"
          rows={instances}
          columns={[
            {
              title: 'Instance',
              cell: instance => <Linked to={instanceAddress(instance)} name={instance.name} />,
            },
            { title: 'Customer', cell: ({ customerName }) => customerName },
            { title: 'Use now', isNumber: true, cell: ({ use }) => grouped(use) },
            {
              title: 'Of the new threshold',
              isNumber: true,
              cell: ({ percent }) => (percent === null ? 'all of it' : `${grouped(Math.floor(percent))} %`),
            },
          ]}
        />
      </Card>
    </>
  )
