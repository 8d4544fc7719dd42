import icons from 'kaiten:icons'
import { asIs } from './html.ts'
import type { IconName } from './icon-names.ts'

/** Beside words it is decoration; where it stands alone, whoever shows it gives it a label. */
export const Icon = ({ name, class: more = '' }: { name: IconName; class?: string }) => (
  <svg
    class={`icon ${more}`}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {asIs(icons[name] ?? '')}
  </svg>
)
