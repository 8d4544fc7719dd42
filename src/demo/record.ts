import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { wholePast } from './calendar.ts'

/** What a data directory says of itself when it is a demo's: nothing else may be taken for one. */
const Record = z.object({
  seed: z.number(),
  /** Whole days before the one that it was made on. */
  days: z.number().default(wholePast),
  /** Epoch milliseconds: the present of its company. */
  madeAt: z.number(),
  /** Of the owner. It opens nothing but made-up data, and is shown at each start. */
  email: z.string(),
  password: z.string(),
  /** Of the receiver of its webhooks, on loopback. */
  receiverPort: z.number(),
  /** False while it is being made: what is there then is begun anew. */
  finished: z.boolean(),
})
export type Record = z.infer<typeof Record>

const name = 'demo.json'

export function recordIn(data: string): Record | undefined {
  const file = join(data, name)
  return existsSync(file) ? Record.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

export const writeRecord = (data: string, record: Record): void =>
  writeFileSync(join(data, name), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })

export const isEmpty = (data: string): boolean => !existsSync(data) || readdirSync(data).length === 0

/** Removes what an interrupted making left behind; the record last, so that it is known for what it is until then. */
export function clear(data: string): void {
  for (const each of readdirSync(data)) if (each !== name) rmSync(join(data, each), { recursive: true })
  rmSync(join(data, name))
}
