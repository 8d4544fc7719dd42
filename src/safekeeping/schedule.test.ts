import threadCode from 'kaiten:thread'
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packagedAddon } from '../engine/sqlite.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { backUp } from './backup.ts'
import { backupsOf } from './backup-records.ts'
import { ScheduledBackups } from './schedule.ts'

const hour = 3_600_000

function scheduled(house: TestHouse, dir: string) {
  const told: string[] = []
  const tell = (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`)
  const backups = new ScheduledBackups({
    threadCode,
    addon: packagedAddon(),
    data: house.data,
    version: '1.0.0',
    dir,
    every: 24 * hour,
    keep: 2,
    clock: house.now,
    log: { info: tell, error: tell },
  })
  return { backups, told }
}

test('a backup is taken when one is due, and the last few are kept', async () => {
  await using house = await testHouse()
  const dir = join(house.data, '..', `${Date.now()}-backups`)
  const { backups, told } = scheduled(house, dir)
  try {
    await backups.whenDue()
    const [first] = readdirSync(dir)
    expect(first).toMatch(/^kaiten-.*\.tar\.gz$/)
    expect(told).toEqual([expect.stringContaining('backup taken')])
    house.pass(23 * hour)
    await backups.whenDue()
    expect(readdirSync(dir)).toEqual([first])

    writeFileSync(join(dir, 'somebody’s notes.txt'), '')
    mkdirSync(join(dir, '.kaiten-backup-killed'))
    utimesSync(join(dir, '.kaiten-backup-killed'), 0, 0)
    for (let day = 0; day < 3; day++) {
      house.pass(24 * hour)
      await backups.whenDue()
    }
    const names = readdirSync(dir)
    expect(names).not.toContain(first)
    expect(names).not.toContain('.kaiten-backup-killed')
    expect(names).toContain('somebody’s notes.txt')
    expect(names.filter(name => name.startsWith('kaiten-'))).toHaveLength(2)
    expect(backupsOf(house.data).last).toMatchObject({ at: house.now() })
  } finally {
    await backups.stop()
    rmSync(dir, { recursive: true, force: true })
  }
})

test('one that fails is logged, remembered for the doctor, and tried again after a while', async () => {
  await using house = await testHouse()
  const dir = join(house.data, 'not-a-directory')
  writeFileSync(dir, '')
  const { backups, told } = scheduled(house, dir)
  await backups.whenDue()
  await backups.whenDue()
  expect(told).toEqual([expect.stringMatching(/^the scheduled backup failed; it is tried again .*EEXIST/)])
  expect(backupsOf(house.data).failure).toMatchObject({ at: house.now(), why: expect.stringContaining('EEXIST') })
  rmSync(dir)
  house.pass(10 * 60_000)
  await backups.whenDue()
  expect(readdirSync(dir)).toHaveLength(1)
  expect(backupsOf(house.data)).not.toHaveProperty('failure')
  await backups.stop()
})

test.each([
  'copying',
  'checking',
  'packing',
  'reading back',
])('a backup that is interrupted while it is %s leaves nothing behind', async phase => {
  await using house = await testHouse()
  const dir = join(house.data, 'backups')
  mkdirSync(dir)
  const stop = new AbortController()
  const made = backUp(
    {
      threadCode,
      addon: packagedAddon(),
      signal: stop.signal,
      progress: now => {
        if (now.phase === phase) stop.abort()
      },
    },
    { data: house.data, version: '1.0.0', now: house.now(), target: join(dir, 'backup') },
  )
  await expect(made).rejects.toThrow('Interrupted.')
  expect(readdirSync(dir)).toEqual([])
})
