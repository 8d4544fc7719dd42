import type { ComponentChildren } from 'preact'
import type { Sort } from '../src/domain/list.ts'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  title: string
  cell: (row: Row) => ComponentChildren
  /** The word that the list is sorted by; `-` before it is the other direction. */
  sort?: 'name' | 'createdAt' | 'updatedAt'
  /** Numbers stand at the right. */
  isNumber?: boolean
}

interface TableProps<Row> {
  /** What it shows, for those who hear it. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  isNew?: ((row: Row) => boolean) | undefined
  sort?: Sort | undefined
  sortedBy?: ((sort: Sort) => string) | undefined
}

/** Rows under each other; on narrow screens each row becomes a block of labelled values. */
export const Table = <Row,>({ label, columns, rows, keyOf, isNew, sort, sortedBy }: TableProps<Row>) => (
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
        <tr key={keyOf(row)} class={isNew?.(row) ? 'is-new' : undefined}>
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
