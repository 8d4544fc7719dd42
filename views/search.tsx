import { Card } from './card.tsx'
import { Empty } from './empty.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'

/** What was found of one kind. */
export interface Found {
  name: string
  total: number
  /** The kind's list with the same text. */
  all: string
  hits: { name: string; slug: string; to: string }[]
}

export function SearchPage({ q, found }: { q: string; found: readonly Found[] }) {
  const some = found.filter(({ total }) => total > 0)
  return (
    <Layout title={q ? `Search: ${q}` : 'Search'} isNarrow>
      {some.length === 0 ? (
        <div class="card">
          <Empty
            icon="search"
            title={q ? `Nothing has “${q}” in its name or slug` : 'What are you looking for?'}
            hint="Type a part of a name or slug into the field above. It takes / or Ctrl-K to get there."
          />
        </div>
      ) : (
        some.map(kind => <FoundKind {...kind} />)
      )}
    </Layout>
  )
}

function FoundKind({ name, total, all, hits }: Found) {
  const { mayOpen } = useFrame()
  return (
    <Card title={name} isFlush actions={total > hits.length && mayOpen(all) && <a href={all}>All {total}</a>}>
      <ul class="hits">
        {hits.map(({ name: hit, slug, to }) => (
          <li>
            {mayOpen(to) ? <a href={to}>{hit}</a> : hit} <code>{slug}</code>
          </li>
        ))}
      </ul>
    </Card>
  )
}
