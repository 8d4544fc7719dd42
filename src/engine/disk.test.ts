import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { DiskWatch, freeBytes } from './disk.ts'

function watched(floor: number) {
  const told: boolean[] = []
  let free: number | Error = 0
  const watch = new DiskWatch({
    floor,
    free: async () => {
      if (free instanceof Error) throw free
      return free
    },
    told: ({ isLow }) => told.push(isLow),
  })
  const at = async (bytes: number | Error) => {
    free = bytes
    await watch.look()
    return watch.isLow
  }
  return { at, told, watch }
}

test('a disk below the floor is low until there is a quarter more, and each is told once', async () => {
  const { at, told } = watched(1000)
  const seen = []
  for (const free of [1000, 999, 500, 1001, 1249, 1250, 1001, 1000, 999]) seen.push(await at(free))
  expect(seen).toEqual([false, true, true, true, true, false, false, false, true])
  expect(told).toEqual([true, false, true])
})

test('a disk that cannot be asked is left as it was', async () => {
  const { at } = watched(1000)
  await at(1)
  expect(await at(new Error('EIO'))).toBe(true)
})

test('nothing is watched without a floor', async () => {
  const { told, watch } = watched(0)
  await watch.start()
  expect([watch.isLow, told]).toEqual([false, []])
})

test('the room of a real disk is known', async () => {
  expect(await freeBytes(tmpdir())()).toBeGreaterThan(0)
})
