import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

const icons = {
  info: 'info-circle',
  success: 'circle-check',
  warning: 'alert-triangle',
  danger: 'circle-x',
} as const satisfies Record<string, IconName>

/** Something to know before going on. A danger is read out at once. */
export const Notice = ({
  kind = 'info',
  title,
  children,
}: {
  kind?: keyof typeof icons | undefined
  title: string
  children?: Content | undefined
}) => (
  <div class={`alert alert-${kind}`} role={kind === 'danger' ? 'alert' : undefined}>
    <div class="alert-icon">
      <Icon name={icons[kind]} />
    </div>
    <div>
      <div class="alert-heading">{title}</div>
      {children && <div class="alert-description">{children}</div>}
    </div>
  </div>
)
