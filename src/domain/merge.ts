import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Finding, invalid, Problem } from './problem.ts'

/**
 * The body of a PUT that merges: every changeable member may be left out, and the read-only members of the object may
 * be sent back as they were read. Source: api.md, "Update".
 */
export const mergeOf = <C extends z.ZodRawShape, R extends z.ZodRawShape>(
  changes: z.ZodObject<C>,
  object: z.ZodObject<R>,
) => {
  const readOnly = Object.keys(object.shape).filter(name => !(name in changes.shape))
  const members = Object.fromEntries(readOnly.map(name => [name, z.unknown().meta({ readOnly: true })]))
  return z.strictObject({ ...members, ...changes.shape }).partial() as unknown as z.ZodObject<{
    [K in keyof C]: z.ZodOptional<C[K]>
  }>
}

/** What a merge may change, once its read-only members were seen to be equal to the object's. */
export function changeable<T extends object>(input: T, changes: z.ZodObject, object: Record<string, unknown>): T {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined)
  const findings: Finding[] = entries
    .filter(([name, value]) => !(name in changes.shape) && !isDeepStrictEqual(value, object[name]))
    .map(([name]) => ({ location: `body.${name}`, message: 'is read-only and differs from what is stored' }))
  if (findings.length > 0) throw invalid(...findings)
  return Object.fromEntries(entries.filter(([name]) => name in changes.shape)) as T
}

/** Members that a row is to have; what is missing or undefined stays as it is. */
export type Wanted<T> = { [K in keyof T]?: T[K] | undefined }

/** The members of `wanted` that differ from the row, by name. */
export function differing<T extends object>(row: T, wanted: Wanted<T>): { changes: Partial<T>; names: string[] } {
  const entries = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, row[name as keyof T]),
  )
  return { changes: Object.fromEntries(entries) as Partial<T>, names: entries.map(([name]) => name) }
}

/** `If-Match` against a revision: `"3"`, a list, weak spellings, or `*`. Nothing asked matches. */
export function matchRevision(ifMatch: string | undefined, { revision }: { revision: number }): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  const tags = ifMatch.split(',').map(tag => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
  if (!tags.includes(String(revision)))
    throw new Problem(
      'Request.RevisionMismatch',
      `The object is at revision ${revision}. Read it again, and send your change with If-Match: "${revision}".`,
      { members: { revision } },
    )
}
