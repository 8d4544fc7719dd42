import { expect, test } from 'vitest'
import { Evaluations } from './evaluations.ts'

test('500 flags are told apart, always the same; the rest is one, and nothing is lost', () => {
  const evaluations = new Evaluations()
  const tallies = Array.from({ length: 600 }, (_, n) => evaluations.tallyOf('org', `flag-${n}`)('STATIC'))
  const sum = () => evaluations.counts().reduce((total, { count }) => total + count, 0)
  for (const tally of tallies.slice(100)) tally.count++
  const before = evaluations.counts()
  expect(before).toHaveLength(500)
  expect(sum()).toBe(500)
  for (const tally of tallies.slice(0, 100)) tally.count += 2
  expect(sum()).toBe(700)
  expect(evaluations.counts()).toEqual([
    ...before,
    { organization: 'org', flag: 'other', reason: 'STATIC', count: 200 },
  ])
})

test('each version of a flag counts on in the same place', () => {
  const evaluations = new Evaluations()
  evaluations.tallyOf('org', 'flag')('SPLIT').count++
  evaluations.tallyOf('org', 'flag')('SPLIT').count++
  expect(evaluations.counts()).toEqual([{ organization: 'org', flag: 'flag', reason: 'SPLIT', count: 2 }])
})
