import type { ComponentChildren } from 'preact'

/** What a state means for its reader; the word says it, the colour only underlines it. */
export type Meaning = 'good' | 'warning' | 'bad' | 'neutral' | 'info'

const colours = { good: 'green', warning: 'yellow', bad: 'red', neutral: 'secondary', info: 'blue' } as const

export const Status = ({ is, children }: { is: Meaning; children: ComponentChildren }) => (
  <span class={`status status-${colours[is]}`}>
    <span class="status-dot" aria-hidden="true" />
    {children}
  </span>
)

export const Badge = ({ children }: { children: ComponentChildren }) => <span class="badge">{children}</span>
