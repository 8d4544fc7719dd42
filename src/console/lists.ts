import type { z } from 'zod'
import { ListQuery } from '../domain/list.ts'

/** What the address of a list says: as in the API, and `before` for the page before a cursor. */
export const LeafQuery = ListQuery.extend({ before: ListQuery.shape.cursor })
export type LeafQuery = z.infer<typeof LeafQuery>
