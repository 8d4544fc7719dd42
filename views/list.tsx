import type { Page } from '../src/domain/list.ts'
import { addressWith } from './address.ts'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import { type Column, type Group, Table } from './table.tsx'

/** What a list shows of its address. Filters of its own are further members. */
export interface ListView {
  q?: string | undefined
  sort: string
  limit?: number | undefined
  [filter: string]: string | number | boolean | undefined
}

interface ListProps<Row> {
  /** What is listed, in the plural: "customers" */
  of: string
  columns: readonly Column<Row>[]
  leaf: Page<Row> & { previousCursor?: string }
  query: ListView
  /** Further controls of the filter bar: selects named like the query's members. */
  filters?: Content | undefined
  /** An `<Empty>` for when there is nothing at all. */
  empty: Content
  hasSearch?: boolean | undefined
  /** With `format=csv` the page answers with all that the list shows, as a file. */
  hasCsv?: boolean | undefined
  groupOf?: ((row: Row) => Group) | undefined
  /** Rows that came while somebody looked. */
  isNew?: ((row: Row) => boolean) | undefined
  /** A `<Live>` that keeps it up to date. */
  live?: Content | undefined
}

/**
 * A list that is searched, filtered, sorted and paged in its address. While somebody types, the list alone is fetched and
 * replaced; without a script the form does the same.
 */
export function List<Row>(props: ListProps<Row>) {
  const { of, columns, leaf, query, filters, empty, hasSearch = true, hasCsv = false, groupOf, isNew, live } = props
  const { path } = useFrame()
  const { cursor, before: _before, ...view } = query
  const isFiltered = Object.entries(view).some(([name, value]) => !['sort', 'limit'].includes(name) && value)
  if (leaf.total === 0 && !isFiltered) return <div class="card">{empty}</div>
  return (
    <div class="card">
      {(hasSearch || filters) && <FilterBar of={of} view={view} filters={filters} hasSearch={hasSearch} />}
      <div id="list">
        {leaf.items.length > 0 ? (
          <Table
            columns={columns}
            rows={leaf.items}
            isNew={isNew}
            label={of}
            sort={view.sort}
            groupOf={groupOf}
            sortedBy={sort => addressWith(path, view, { sort })}
          />
        ) : (
          <p class="list-nothing">
            No {of} match. <a href={path}>Show all</a>
          </p>
        )}
        <Pager
          {...{ of, leaf, view, hasCsv, live }}
          isFurther={cursor !== undefined || leaf.previousCursor !== undefined}
        />
      </div>
    </div>
  )
}

type BarProps = { of: string; view: ListView; filters?: Content; hasSearch: boolean }

function FilterBar({ of, view, filters, hasSearch }: BarProps) {
  const { path } = useFrame()
  return (
    <search>
      <form
        class="filter-bar"
        action={path}
        hx-get={path}
        hx-trigger="input delay:250ms, change, submit"
        hx-target="#list"
        hx-select="#list"
        hx-swap="outerHTML"
        hx-replace-url="true"
        hx-sync="this:replace"
      >
        <input type="hidden" name="sort" value={view.sort} />
        {hasSearch && (
          <input
            class="form-control"
            type="search"
            name="q"
            value={view.q}
            placeholder={`Filter ${of}`}
            aria-label={`Filter ${of}`}
            maxlength={200}
            autocomplete="off"
          />
        )}
        {filters}
        <button type="submit" class="btn" data-needless>
          Filter
        </button>
      </form>
    </search>
  )
}

type PagerProps<Row> = Pick<ListProps<Row>, 'of' | 'leaf' | 'live'> & {
  view: ListView
  hasCsv: boolean
  /** Is it behind the first page? */
  isFurther: boolean
}

function Pager<Row>({ of, leaf, view, hasCsv, live, isFurther }: PagerProps<Row>) {
  const { path } = useFrame()
  const { total, totalIsLowerBound, previousCursor, nextCursor, hasMore } = leaf
  const count = `${totalIsLowerBound ? 'more than ' : ''}${total.toLocaleString('en-US')}`
  const words = total === 1 ? of.replace(/ies$/, 'y').replace(/s$/, '') : of
  return (
    <div class="pager">
      <span class="text-secondary" role="status">
        {count} {words}
      </span>
      {live}
      <nav aria-label="Pages">
        {hasCsv && leaf.total > 0 && (
          <a class="btn btn-sm" href={addressWith(path, view, { format: 'csv' })} download>
            <Icon name="download" /> CSV
          </a>
        )}
        {isFurther && (
          <a class="btn btn-sm" rel="first" href={addressWith(path, view)}>
            <Icon name="chevrons-left" /> First
          </a>
        )}
        {previousCursor && (
          <a class="btn btn-sm" rel="prev" href={addressWith(path, view, { before: previousCursor })}>
            <Icon name="chevron-left" /> Previous
          </a>
        )}
        {hasMore && nextCursor && (
          <a class="btn btn-sm" rel="next" href={addressWith(path, view, { cursor: nextCursor })}>
            Next <Icon name="chevron-right" />
          </a>
        )}
      </nav>
    </div>
  )
}
