import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  title: string
  cell: (row: Row) => Content
  /** The word that the list is sorted by; `-` before it is the other direction. */
  sort?: string
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
  /** Rows that came while somebody looked. */
  isNew?: ((row: Row) => boolean) | undefined
  sort?: string | undefined
  sortedBy?: ((sort: string) => string) | undefined
  /** What rows that follow each other belong to: it stands once above them. */
  groupOf?: ((row: Row) => Group) | undefined
}

export interface Group {
  key: string
  head: Content
}

/** Rows under each other; on narrow screens each row becomes a block of labelled values. */
export const Table = <Row,>({ label, columns: all, rows, isNew, sort, sortedBy, groupOf }: TableProps<Row>) => {
  const { mayOpen } = useFrame()
  const columns = all.filter(({ to }) => !to || rows.some(row => mayOpen(to(row))))
  return (
    <table class="table table-mobile-md card-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(column => (
            <Head column={column} sort={sort} sortedBy={sortedBy} />
          ))}
        </tr>
      </thead>
      {grouped(rows, groupOf).map(({ head, rows: together }) => (
        <tbody>
          {head !== undefined && (
            <tr class="table-group">
              <th colspan={columns.length} scope="rowgroup">
                {head}
              </th>
            </tr>
          )}
          {together.map(row => (
            <tr class={isNew?.(row) ? 'is-new' : undefined}>
              {columns.map(({ title, cell, isNumber }) => (
                <td data-label={title} class={isNumber ? 'cell-number' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}

/** Rows that follow each other and belong to the same; all in one where there are no groups. */
function grouped<Row>(rows: readonly Row[], groupOf: TableProps<Row>['groupOf']) {
  if (!groupOf) return [{ head: undefined, rows }]
  const groups: (Group & { rows: Row[] })[] = []
  for (const row of rows) {
    const group = groupOf(row)
    const last = groups.at(-1)
    if (last?.key === group.key) last.rows.push(row)
    else groups.push({ ...group, rows: [row] })
  }
  return groups
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

/** Names from A, times from the newest, numbers from the highest. */
const firstOrder = (word: string): string => (word === 'name' ? word : `-${word}`)
