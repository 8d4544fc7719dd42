import { z } from 'zod'
import { Moment, rfc3339 } from './input.ts'

/** Who made a row and who changed it last, as rows keep it (epoch milliseconds, names of principals). */
export interface Stamp {
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  revision: number
}

/** The same as answers show it. */
export const stampMembers = {
  createdAt: Moment,
  createdBy: z.string(),
  updatedAt: Moment,
  updatedBy: z.string(),
  revision: z.int().min(1),
}

export const stampJson = ({ createdAt, createdBy, updatedAt, updatedBy, revision }: Stamp) => ({
  createdAt: rfc3339(createdAt),
  createdBy,
  updatedAt: rfc3339(updatedAt),
  updatedBy,
  revision,
})

/** The stamp of a new row. */
export const stamped = (principal: { name: string }, now: number): Stamp => ({
  createdAt: now,
  createdBy: principal.name,
  updatedAt: now,
  updatedBy: principal.name,
  revision: 1,
})

/** What every change of a row writes beside its own members. */
export const restamped = (principal: { name: string }, now: number, { revision }: { revision: number }) => ({
  updatedAt: now,
  updatedBy: principal.name,
  revision: revision + 1,
})
