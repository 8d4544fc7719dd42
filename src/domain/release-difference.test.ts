import { expect, test } from 'vitest'
import { differencesBetween, summaryOf } from './release-difference.ts'

const parts = (...texts: string[]) =>
  texts.map(text => {
    const [name = '', version = ''] = text.split(' ')
    return { name, version }
  })

test('components are compared by name, in the order of the later release, those that went last', () => {
  const differences = differencesBetween(parts('api 1', 'old 1', 'web 1'), parts('web 1', 'api 2', 'new 1'))
  expect(differences).toEqual([
    { name: 'web', before: ['1'], after: ['1'], is: 'same' },
    { name: 'api', before: ['1'], after: ['2'], is: 'changed' },
    { name: 'new', before: [], after: ['1'], is: 'added' },
    { name: 'old', before: ['1'], after: [], is: 'removed' },
  ])
  expect(summaryOf(differences)).toBe('1 changed, 1 added, 1 removed')
})

test('two versions of one component are the same in either order, and one of them less is a change', () => {
  expect(differencesBetween(parts('api 1', 'api 2'), parts('api 2', 'api 1'))).toMatchObject([{ is: 'same' }])
  expect(differencesBetween(parts('api 1', 'api 2'), parts('api 2'))).toMatchObject([
    { before: ['1', '2'], after: ['2'], is: 'changed' },
  ])
  expect(summaryOf(differencesBetween(parts('api 1'), parts('api 1')))).toBe('none changed')
})
