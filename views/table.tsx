import type { ComponentChildren } from 'preact'
import type { Sort } from '../src/domain/list.ts'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ComponentChildren
  /** The word that the list is sorted by; `-` before it is the other direction. */
  sort?: 'name' | 'createdAt' | 'updatedAt'
  /** Numbers stand at the right. */
  isNumber?: boolean
  /** Where a column of buttons leads: whoever may not go there does not see the column. */
  to?: (row: Row) => string
}

interface TableProps<Row> {
  /** What it shows, for those who hear it. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  sort?: Sort | undefined
  sortedBy?: ((sort: Sort) => string) | undefined
}

/** Rows under each other; on narrow screens each row becomes a block of labelled values. */
export const Table = <Row,>({ label, columns: all, rows, keyOf, sort, sortedBy }: TableProps<Row>) => {
  const { mayOpen } = useFrame()
  const columns = all.filter(({ to }) => !to || rows.some(row => mayOpen(to(row))))
  return (
    <table class="table table-mobile-md card-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(column => (
            <Head key={column.title} column={column} sort={sort} sortedBy={sortedBy} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, isNumber }) => (
              <td key={title} data-label={title} class={isNumber ? 'cell-number' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type HeadProps<Row> = { column: Column<Row> } & Pick<TableProps<Row>, 'sort' | 'sortedBy'>

function Head<Row>({ column: { title, sort: word, isNumber }, sort, sortedBy }: HeadProps<Row>) {
  const className = isNumber ? 'cell-number' : undefined
  if (!word || !sortedBy)
    return (
      <th scope="col" class={className}>
        {title}
      </th>
    )
  const order = sort === word ? 'ascending' : sort === `-${word}` ? 'descending' : 'none'
  return (
    <th scope="col" class={className} aria-sort={order}>
      <a
        class="sort"
        href={sortedBy(order === 'ascending' ? `-${word}` : order === 'descending' ? word : firstOrder(word))}
      >
        {title}
        <Icon
          name={order === 'ascending' ? 'sort-ascending' : order === 'descending' ? 'sort-descending' : 'arrows-sort'}
        />
      </a>
    </th>
  )
}

/** Names from A, times from the newest. */
const firstOrder = (word: 'name' | 'createdAt' | 'updatedAt'): Sort => (word === 'name' ? word : `-${word}`)
