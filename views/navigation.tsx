import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

interface Item {
  to: string
  name: string
  icon: IconName
  /** Whose pages are this item's, where it is not all below its own address. */
  current?: (path: string) => boolean
}

const isInstance = (path: string): boolean => /^\/customers\/([^/]+\/)?instances(\/|$)/.test(path)

const groups: { name?: string; items: Item[] }[] = [
  { items: [{ to: '/', name: 'Dashboard', icon: 'layout-dashboard', current: path => path === '/' }] },
  {
    name: 'Customers',
    items: [
      {
        to: '/customers',
        name: 'Customers',
        icon: 'building',
        current: path => isBelow(path, '/customers') && !isInstance(path),
      },
      { to: '/customers/instances', name: 'Instances', icon: 'server', current: isInstance },
    ],
  },
  {
    name: 'Catalog',
    items: [
      { to: '/licenses', name: 'Licenses', icon: 'license' },
      { to: '/entitlements', name: 'Entitlements', icon: 'gauge' },
      { to: '/feature-flags', name: 'Feature flags', icon: 'flag' },
    ],
  },
  {
    name: 'Delivery',
    items: [
      { to: '/releases', name: 'Releases', icon: 'package' },
      { to: '/components', name: 'Components', icon: 'puzzle' },
      { to: '/deployment-zones', name: 'Deployment zones', icon: 'cloud' },
    ],
  },
  {
    name: 'Integrations',
    items: [
      { to: '/integrations/service-accounts', name: 'Service accounts', icon: 'robot' },
      { to: '/integrations/webhooks', name: 'Webhooks', icon: 'webhook' },
    ],
  },
  {
    name: 'Organization',
    items: [
      { to: '/activity', name: 'Activity', icon: 'activity' },
      { to: '/settings', name: 'Settings', icon: 'settings' },
    ],
  },
]

/** The way to every page that there is and that the visitor may open. */
export function Navigation() {
  const { mayOpen } = useFrame()
  const open = groups
    .map(group => ({ ...group, items: group.items.filter(({ to }) => mayOpen(to)) }))
    .filter(({ items }) => items.length > 0)
  return (
    <nav id="navigation" class="navigation" aria-label="Main" popover="auto">
      {open.map(({ name, items }) => (
        <div>
          {name && <div class="navigation-group">{name}</div>}
          <ul>
            {items.map(item => (
              <NavigationItem {...item} />
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function NavigationItem({ to, name, icon, current = path => isBelow(path, to) }: Item) {
  const { path } = useFrame()
  return (
    <li>
      <a href={to} aria-current={current(path) ? 'page' : undefined}>
        <Icon name={icon} />
        {name}
      </a>
    </li>
  )
}

const isBelow = (path: string, to: string): boolean => path === to || path.startsWith(`${to}/`)
