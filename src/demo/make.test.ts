import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHouse } from '../app.ts'
import type { OpenHouse } from '../cli/doors.ts'
import { configure } from '../config.ts'
import { packagedAddon } from '../engine/sqlite.ts'
import { makeDemo } from './make.ts'

const end = Date.parse('2026-11-19T14:30:00.000Z')

/** What a few days of a seed's company come to: everything that happened, but for ids and secrets. */
async function lived(seed: number): Promise<{ text: string; first: number; last: number }> {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-demo-'))
  const settled = configure({
    options: { data, 'webhook-allow-http': 'true', 'webhook-allow-cidr': '127.0.0.0/8' },
    environment: {},
    file: undefined,
  })
  if ('wrong' in settled) throw new Error(settled.wrong.join('\n'))
  const faults: string[] = []
  const fault = (_: object, message: string) => faults.push(message)
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: fault, security: quiet, tellsRequests: false }
  const surroundings = { addon: packagedAddon(), log, died: (reason: string) => faults.push(reason) }
  let opened: OpenHouse | undefined
  await makeDemo({
    ...{ seed, end, days: 4, password: 'lantern tractor purple' },
    open: async clock => {
      opened = await openHouse(settled.config, { ...surroundings, clock })
      return opened
    },
  })
  const house = await openHouse(settled.config, { ...surroundings, clock: () => end })
  const told = await house.scan.all<{ kind: number; payload: string; occurredAt: number }>({
    sql: 'select kind, payload, "occurredAt" from feature_audit_trail order by id',
    parameters: [],
  })
  await house.close()
  rmSync(data, { recursive: true })
  expect(faults).toEqual([])
  return {
    text: told.map(({ kind, payload, occurredAt }) => `${occurredAt} ${kind} ${payload}`).join('\n'),
    first: told[0]?.occurredAt ?? 0,
    last: told.at(-1)?.occurredAt ?? 0,
  }
}

test('a seed makes the same company each time, which has lived up to the present and not beyond', async () => {
  const [first, second, another] = [await lived(7), await lived(7), await lived(8)]
  expect(second).toEqual(first)
  expect(another.text).not.toEqual(first.text)
  expect(first.first).toBeGreaterThan(end - 5 * 86_400_000)
  expect(first.last).toBeLessThan(end)
  expect(first.last).toBeGreaterThan(end - 3_600_000)
}, 120_000)
