/** What deploying one release in place of another would change, component by component. */

interface Part {
  name: string
  version: string
}

/** One component by its name: the versions that it had and has. A release may hold several versions of one. */
export interface Difference {
  name: string
  before: string[]
  after: string[]
  is: 'added' | 'removed' | 'changed' | 'same'
}

/** In the order of the later release; what it no longer has comes last. */
export function differencesBetween(before: readonly Part[], after: readonly Part[]): Difference[] {
  const [old, now] = [versionsByName(before), versionsByName(after)]
  const names = [...new Set([...now.keys(), ...old.keys()])]
  return names.map(name => {
    const [had, has] = [old.get(name) ?? [], now.get(name) ?? []]
    return { name, before: had, after: has, is: kindOf(had, has) }
  })
}

function versionsByName(parts: readonly Part[]): Map<string, string[]> {
  const versions = new Map<string, string[]>()
  for (const { name, version } of parts) versions.set(name, [...(versions.get(name) ?? []), version])
  return versions
}

function kindOf(before: readonly string[], after: readonly string[]): Difference['is'] {
  if (before.length === 0) return 'added'
  if (after.length === 0) return 'removed'
  return before.toSorted().join('\n') === after.toSorted().join('\n') ? 'same' : 'changed'
}

/** `1 changed, 2 added`, or `none changed`. */
export function summaryOf(differences: readonly Difference[]): string {
  const kinds = ['changed', 'added', 'removed'] as const
  const counted = kinds.map(kind => ({ kind, count: differences.filter(({ is }) => is === kind).length }))
  const told = counted.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`)
  return told.join(', ') || 'none changed'
}
