import { threadText } from '../build.mjs'
import type { Settings } from '../src/actions/action.ts'
import { type Submit, submitTo } from '../src/actions/submit.ts'
import { defaultSchedule } from '../src/domain/retry.ts'
import { openEngine } from '../src/engine/open.ts'
import type { Reader } from '../src/engine/reader.ts'
import { packagedAddon } from '../src/engine/sqlite.ts'
import { migrations } from '../src/store/migrations/index.ts'

/** The product's own engine and actions on a data directory, for what would take too long by requests. */
export interface OpenData {
  read: Reader
  submit: Submit
  close: () => Promise<void>
}

export async function openData(data: string, clock: () => number): Promise<OpenData> {
  const engine = await openEngine({
    data,
    addon: packagedAddon(),
    threadCode: await threadText(),
    migrations,
    // Nothing that is done here is sealed or sent.
    settings: (): Settings => ({
      key: new Uint8Array(32),
      webhooks: { allowed: { http: false, cidrs: [] }, schedule: defaultSchedule },
    }),
    committed: () => undefined,
    died: reason => {
      throw new Error(reason)
    },
  })
  return { read: engine.read, submit: submitTo(engine.writer, clock), close: () => engine.close() }
}

/** Two of them find room in the writer's queue. */
export const perWave = 4096

export async function inWaves(count: number, make: (number: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += perWave)
    await Promise.all(Array.from({ length: Math.min(perWave, count - from) }, (_, index) => make(from + index)))
}

/** Numbers in slugs, so that they stand in order. */
export const padded = (number: number) => String(number).padStart(5, '0')
