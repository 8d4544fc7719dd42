import { expect, test } from 'vitest'
import { begun, checked, type RunState } from './run.ts'

const at = (now: number, before?: RunState, logLeft = false) => begun(before, { now, logLeft })
const ended = (state: RunState) => ({ ...state, running: false })

test('a stop was unclean when the program before is still said to run, or when nothing is remembered and a log is left', () => {
  expect(at(1).uncleanStops).toEqual([])
  expect(at(2, ended(at(1)), true)).toMatchObject({ uncleanStops: [], unchecked: false })
  expect(at(2, at(1))).toMatchObject({ uncleanStops: [2], unchecked: true })
  expect(at(2, undefined, true)).toMatchObject({ uncleanStops: [2], unchecked: true })
})

test('it stays unchecked through clean runs until somebody has looked', () => {
  const unclean = at(2, at(1))
  expect(at(3, ended(unclean)).unchecked).toBe(true)
  expect(checked(unclean, [], 4)).toMatchObject({ unchecked: false, uncleanStops: [2] })
})

test('damage is remembered until a look finds none', () => {
  const hurt = checked(at(1), ['row 3 is missing'], 2)
  expect(at(3, ended(hurt)).damage).toEqual({ at: 2, found: ['row 3 is missing'] })
  expect(checked(hurt, [], 4)).not.toHaveProperty('damage')
})

test('the last ten unclean stops are remembered', () => {
  let state = at(0)
  for (let now = 1; now <= 15; now++) state = at(now, state)
  expect(state.uncleanStops).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
})
