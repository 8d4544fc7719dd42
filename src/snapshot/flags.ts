import { setImmediate } from 'node:timers/promises'
import type { Changed } from '../actions/action.ts'
import type { FlagRecord } from '../domain/flag.ts'
import { compileFlag } from '../domain/flag-compile.ts'
import { type CompiledFlag, emptyFlagSet, type FlagSet, flagSet } from '../domain/flag-set.ts'
import type { Reader } from '../engine/reader.ts'
import { featureFlagById, featureFlagsAfter, flagSetRevision, flagSetRevisions } from '../store/feature-flags.ts'
import { Evaluations } from './evaluations.ts'

const perSlice = 1000
/** How long the loop is held at a time while rules are compiled in the background. */
const millisecondsPerTurn = 2

/** The compiled flags of every organization, replaced whole after a commit; only the changed flags are compiled again. */
export class Flags {
  private readonly sets = new Map<string, FlagSet>()
  /** How often each flag came to what, by organization and key: outlives the flag, as counts must. */
  readonly evaluations = new Evaluations()
  private readonly listeners = new Set<(organization: string) => void>()
  private readonly read: Reader

  constructor(read: Reader) {
    this.read = read
    const flags = this.readAll()
    for (const { organizationId, revision } of read.all(flagSetRevisions, {}))
      this.sets.set(organizationId, flagSet(revision, flags.get(organizationId) ?? []))
    void this.warmUp()
  }

  get size(): number {
    let size = 0
    for (const set of this.sets.values()) size += set.flags.size
    return size
  }

  /** An empty set where there are none. */
  of(organization: string): FlagSet {
    return this.sets.get(organization) ?? emptyFlagSet
  }

  /** Follows a commit: each organization is swapped once, however much was changed. */
  follow(changes: readonly Changed[]): void {
    const changed = new Map<string, Set<string>>()
    for (const { event, organization, subject } of changes) {
      if (!event.startsWith('FEATURE_FLAG_')) continue
      const subjects = changed.get(organization)
      if (subjects) subjects.add(subject)
      else changed.set(organization, new Set([subject]))
    }
    for (const [organization, subjects] of changed) this.swap(organization, subjects)
    for (const organization of changed.keys()) for (const listener of this.listeners) listener(organization)
  }

  /** Calls the listener whenever an organization has a new set; gives back what ends that. */
  onChange(listener: (organization: string) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private swap(organization: string, subjects: ReadonlySet<string>): void {
    const same = [...this.of(organization).flags.values()].filter(({ id }) => !subjects.has(id))
    const fresh = [...subjects].flatMap(id => this.read.find(featureFlagById, { id }) ?? [])
    const revision = this.read.find(flagSetRevision, { organization })?.revision ?? 0
    this.sets.set(organization, flagSet(revision, [...same, ...fresh.map(row => this.compile(row))]))
  }

  /** Compiles the rules after a start, so that the first who asks for all flags of many does not wait for it. */
  private async warmUp(): Promise<void> {
    const rules = [...this.sets.values()].flatMap(set => [...set.flags.values()].flatMap(flag => flag.rules))
    let begun = performance.now()
    for (const rule of rules) {
      if (performance.now() - begun > millisecondsPerTurn) {
        await setImmediate()
        begun = performance.now()
      }
      void rule.condition
    }
  }

  private compile(row: FlagRecord): CompiledFlag {
    return compileFlag(row, row.organizationId, this.evaluations.tallyOf(row.organizationId, row.slug))
  }

  private readAll(): Map<string, CompiledFlag[]> {
    const flags = new Map<string, CompiledFlag[]>()
    for (let after = ''; ; ) {
      const rows = this.read.all(featureFlagsAfter, { after, limit: perSlice })
      for (const row of rows) {
        const compiled = this.compile(row)
        const others = flags.get(row.organizationId)
        if (others) others.push(compiled)
        else flags.set(row.organizationId, [compiled])
      }
      if (rows.length < perSlice) return flags
      after = rows.at(-1)?.id ?? ''
    }
  }
}
