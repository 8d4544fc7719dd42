import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

interface EmptyProps {
  icon: IconName
  title: string
  /** What to do next, in words. */
  hint: Content
  /** The button that does it. */
  action?: Content | undefined
  /** A `<Curl>` that does it. */
  children?: Content | undefined
}

/** Where nothing is yet: what it is for, and how to begin. */
export const Empty = ({ icon, title, hint, action, children }: EmptyProps) => (
  <div class="empty">
    <div class="empty-icon">
      <Icon name={icon} />
    </div>
    <p class="empty-title">{title}</p>
    <p class="empty-subtitle text-secondary">{hint}</p>
    {action && <div class="empty-action">{action}</div>}
    {children}
  </div>
)
