import { expect, test } from 'vitest'
import { Clockwork } from './clockwork.ts'

const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ id: from + at, terms: '' }))

test.each([
  ['what is less than a slice is the last, though entries keep coming', [3, 3, 3], [3]],
  ['whole slices are followed by what comes after them', [192, 192, 7, 7], [192, 384, 391]],
  ['and end where there is nothing after them', [192, 0], [192]],
])('the audit index catches up and has done: %s', async (_, found, marks) => {
  const indexed: { after: number; last: number | undefined }[] = []
  const works = {
    read: { one: () => ({ last: 1000, mark: 0 }) },
    scan: { all: async (_query: unknown, { after }: { after: number }) => ids(after + 1, found.shift() ?? 1) },
    submit: async (_name: string, _who: unknown, { after, entries }: { after: number; entries: { id: number }[] }) => {
      if (indexed.push({ after, last: entries.at(-1)?.id }) > 10) throw new Error('The index never has done.')
    },
  }
  await new Clockwork(works as unknown as ConstructorParameters<typeof Clockwork>[0]).everySecond()
  expect(indexed).toEqual(marks.map((last, at) => ({ after: marks[at - 1] ?? 0, last })))
})
