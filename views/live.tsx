import { addressWith, type Values } from './address.ts'
import { useFrame } from './frame.ts'

interface LiveProps {
  /** What is newest on this page, as its description in src/console says. */
  newest: string
  /** The page's address as it is shown. */
  query: Values
  /** Selectors of the parts that follow. The one that this stands in is among them. */
  parts: readonly string[]
}

/** Asks every few seconds whether there is something new, and replaces the parts when there is. public/live.ts pauses it. */
export const Live = ({ newest, query, parts }: LiveProps) => (
  <span
    class="live"
    hx-get={addressWith(useFrame().path, query, { since: newest })}
    hx-trigger="every 3s"
    hx-swap="none ignoreTitle:true"
    hx-select-oob={parts.join(',')}
    title="New entries appear by themselves"
    data-live
    hidden
  >
    Live
  </span>
)
