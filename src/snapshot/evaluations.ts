import type { TallyOf } from '../domain/flag-compile.ts'
import type { Tally } from '../domain/flag-set.ts'

type Cells = Partial<Record<Parameters<TallyOf>[0], Tally>>

export interface Evaluated {
  organization: string
  /** Key of the flag, or `other` for those beyond the most that are told apart. */
  flag: string
  reason: string
  count: number
}

/** Flags told apart. Whoever reads the counts keeps a series for each flag and reason. */
const mostFlags = 500

/**
 * How often each flag came to what. The cells are handed out when flags are compiled, so that counting an evaluation is
 * one addition and a bulk answer of a hundred flags pays 0.2 µs; they are put together when somebody asks.
 */
export class Evaluations {
  /** Of flags that do not exist. */
  unknown = 0
  private readonly flags = new Map<string, { organization: string; key: string; cells: Cells }>()
  /** Once told apart, always: a count that became smaller would read as a restart. */
  private readonly toldApart = new Set<string>()

  /** Where the outcomes of a flag are counted, the same for each version of it. */
  tallyOf(organization: string, key: string): TallyOf {
    const id = `${organization} ${key}`
    const flag = this.flags.get(id) ?? { organization, key, cells: {} }
    this.flags.set(id, flag)
    const { cells } = flag
    return reason => {
      cells[reason] ??= { count: 0 }
      return cells[reason]
    }
  }

  /** Everything that was evaluated at least once. */
  counts(): Evaluated[] {
    const others = new Map<string, Evaluated>()
    const counts: Evaluated[] = []
    for (const [id, { organization, key, cells }] of this.flags)
      for (const [reason, { count }] of Object.entries(cells))
        if (count > 0 && this.tellsApart(id)) counts.push({ organization, flag: key, reason, count })
        else if (count > 0) addTo(others, { organization, flag: 'other', reason, count })
    return [...counts, ...others.values()]
  }

  private tellsApart(id: string): boolean {
    if (this.toldApart.has(id)) return true
    if (this.toldApart.size >= mostFlags) return false
    this.toldApart.add(id)
    return true
  }
}

function addTo(others: Map<string, Evaluated>, evaluated: Evaluated): void {
  const name = `${evaluated.organization} ${evaluated.reason}`
  const known = others.get(name)
  if (known) known.count += evaluated.count
  else others.set(name, evaluated)
}
