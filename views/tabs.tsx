import { useFrame } from './frame.ts'

export interface Tab {
  to: string
  name: string
  count?: number | undefined
}

/** Tabs are links: each is an address that can be shared. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const { path, mayOpen } = useFrame()
  return (
    <nav class="tabs" aria-label={label}>
      <ul class="nav nav-tabs">
        {tabs
          .filter(({ to }) => mayOpen(to))
          .map(({ to, name, count }) => (
            <li class="nav-item">
              <a
                class={to === path ? 'nav-link active' : 'nav-link'}
                href={to}
                aria-current={to === path ? 'page' : undefined}
              >
                {name}
                {count !== undefined && <span class="badge ms-2">{count}</span>}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  )
}
