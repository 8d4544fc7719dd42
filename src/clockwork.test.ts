import { expect, test } from 'vitest'
import { Clockwork } from './clockwork.ts'

const slice = (after: number, count: number) => ({ count, last: after + count, entries: '' })

test.each([
  ['what is less than a slice is the last, though entries keep coming', [3, 3, 3], [3]],
  ['whole slices are followed by what comes after them', [512, 512, 7, 7], [512, 1024, 1031]],
  ['and end where there is nothing after them', [512, 0], [512]],
])('the audit index catches up and has done: %s', async (_, found, marks) => {
  const indexed: { after: number; last: number }[] = []
  const works = {
    read: { one: () => ({ last: 2000, mark: 0 }) },
    scan: { all: async (_query: unknown, { after }: { after: number }) => [slice(after, found.shift() ?? 1)] },
    submitPatiently: async (_name: string, _who: unknown, { after, last }: { after: number; last: number }) => {
      if (indexed.push({ after, last }) > 10) throw new Error('The index never has done.')
    },
  }
  await new Clockwork(works as unknown as ConstructorParameters<typeof Clockwork>[0]).everySecond()
  expect(indexed).toEqual(marks.map((last, at) => ({ after: marks[at - 1] ?? 0, last })))
})
