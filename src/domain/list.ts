import { z } from 'zod'
import { Problem } from './problem.ts'

/**
 * Lists: what may be asked, and the cursor that goes on where a page ended. A cursor carries the list, the order, a
 * hash of the filters, and the last row's sort value and id; given to another list it is refused. Source: api.md,
 * "Lists".
 */
export const sorts = ['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt'] as const
export type Sort = (typeof sorts)[number]

export const ListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
  q: z.string().trim().max(200).optional(),
  sort: z.enum(sorts).default('-createdAt'),
})
export type ListQuery = z.infer<typeof ListQuery>

/** Totals are exact up to here; beyond, the list says that there are more. Counting further would scan. */
export const countedAtMost = 10_000

export interface Page<T> {
  items: T[]
  total: number
  totalIsLowerBound?: true
  hasMore: boolean
  nextCursor?: string
}

export interface Position {
  value: string | number
  id: string | number
}

/** What a cursor is bound to: list name, sort, and the filters in any spelling that is the same for equal filters. */
export interface ListIdentity {
  list: string
  sort: string
  filters: Record<string, unknown>
}

export const cursorFor = (identity: ListIdentity, { value, id }: Position): string =>
  Buffer.from(JSON.stringify([identity.list, identity.sort, fingerprint(identity), value, id])).toString('base64url')

export function positionOf(identity: ListIdentity, cursor: string): Position {
  const parts = decoded(cursor)
  const [list, sort, filters, value, id] = Array.isArray(parts) ? (parts as unknown[]) : []
  const same = list === identity.list && sort === identity.sort && filters === fingerprint(identity)
  if (!same || !isKey(value) || !isKey(id))
    throw new Problem('Cursor.Mismatch', 'This cursor was made by another list, order or filter. Start without it.', {
      errors: [{ location: 'query.cursor', message: 'belongs to another list, order or filter' }],
    })
  return { value, id }
}

const isKey = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** FNV-1a, 32 bits: it tells a mistaken cursor from the right one and protects nothing (rows are found by organization). */
function fingerprint({ filters }: ListIdentity): number {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined)
  let hash = 0x811c9dc5
  for (const char of JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1))))
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return hash >>> 0
}
