import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { z } from 'zod'

/**
 * A few facts in a small file beside the database, replaced whole. Undefined where there are none, or none that can be
 * read: nothing depends on them but what an operator is told.
 */
export function readRecord<T>(path: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

export function writeRecord(path: string, facts: object): void {
  const fresh = `${path}.new`
  writeFileSync(fresh, `${JSON.stringify(facts)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, path)
}
