import type { Content } from './html.ts'

/** What a state means for its reader; the word says it, the colour only underlines it. */
export type Meaning = 'good' | 'warning' | 'bad' | 'neutral' | 'info'

const colours = { good: 'green', warning: 'yellow', bad: 'red', neutral: 'secondary', info: 'blue' } as const

/** Words of their own, so they begin with a capital, whoever says them. */
export const Status = ({ is, children }: { is: Meaning; children: Content }) => (
  <span class={`status status-${colours[is]}`}>
    <span class="status-dot" aria-hidden="true" />
    {typeof children === 'string' ? capitalized(children) : children}
  </span>
)

export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** The API's names as words: DEDICATED → Dedicated */
export const titled = (name: string): string => capitalized(name.toLowerCase())

export const Badge = ({ children }: { children: Content }) => <span class="badge">{children}</span>
