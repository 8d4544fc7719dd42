/** How many rows are looked at to say what keeps something from being deleted. */
export const holdersAtMost = 1000
const named = 3

/**
 * What holds something, for a refusal: `2 instances: Acme Prod, Acme Test`. A holder may come in several rows. Where
 * there are more rows than `holdersAtMost`, the count says that it is a least one.
 */
export function holders(rows: readonly { id: string; name: string }[], kind: string): string {
  const names = [...new Map(rows.map(({ id, name }) => [id, name])).values()]
  const count = `${rows.length > holdersAtMost ? 'at least ' : ''}${names.length} ${kind}${names.length === 1 ? '' : 's'}`
  return `${count}: ${names.slice(0, named).join(', ')}${names.length > named ? ', …' : ''}`
}
