import { isDeepStrictEqual } from 'node:util'

/** A member that an update changed. `before` is undefined where nobody knows it any more. */
export interface MemberChange {
  member: string
  before: unknown
  after: unknown
}

/**
 * What an event says that changed: the members it names, as they are after it and as the object was before. Of an event
 * that names none there is nothing to compare.
 */
export function changesIn(data: Record<string, unknown>, before: Record<string, unknown> | undefined): MemberChange[] {
  const { changedFields } = data
  if (!Array.isArray(changedFields)) return []
  return changedFields
    .filter(member => typeof member === 'string')
    .map(member => ({ member, before: before?.[member], after: data[member] }))
    .filter(({ before, after }) => before === undefined || !isDeepStrictEqual(before, after))
}

/** A value in a line: texts as they are written, everything else as JSON. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? value : value === null ? 'none' : JSON.stringify(value)
