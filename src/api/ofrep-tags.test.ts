import { expect, test } from 'vitest'
import { Tags } from './ofrep-tags.ts'

/** Asks for a body's tag; `made` counts how often it had to be made. */
function asking() {
  const tags = new Tags()
  const asked = {
    made: 0,
    tag: (body: string, ...state: unknown[]) =>
      tags.of(Buffer.from(body), state, () => {
        asked.made++
        return `"${body} ${state.join()}"`
      }),
  }
  return asked
}

test('the tag of the same bytes is made once for each state of all else', () => {
  const asked = asking()
  for (const revision of [1, 1, 2, 2, 2]) expect(asked.tag('{}', 'tokyo', revision)).toBe(`"{} tokyo,${revision}"`)
  expect(asked.made).toBe(2)
})

test('whoever sends the same bytes from another place has a tag of their own', () => {
  const asked = asking()
  for (const place of ['tokyo', undefined, 'osaka', 'tokyo'])
    expect(asked.tag('{}', place, 1)).toBe(`"{} ${place ?? ''},1"`)
  expect(asked.made).toBe(4)
})

test('a body that cannot be read is asked about again each time', () => {
  const tags = new Tags()
  const fail = () => {
    throw new Error('unreadable')
  }
  for (let times = 0; times < 2; times++) expect(() => tags.of(Buffer.from('{'), [], fail)).toThrow('unreadable')
})

test('many and long bodies are forgotten before they fill the memory', () => {
  const asked = asking()
  const first = 'the first'
  asked.tag(first)
  const long = 'x'.repeat(4096)
  for (let number = 0; number < 1900; number++) asked.tag(`${number}${long}`.slice(0, 4096))
  asked.made = 0
  asked.tag(first)
  expect(asked.made, 'is known beside 8 MB of others').toBe(0)
  for (let number = 1900; number < 2000; number++) asked.tag(`${number}${long}`.slice(0, 4096))
  asked.made = 0
  asked.tag(first)
  expect(asked.made, 'was forgotten for further ones').toBe(1)
  asked.tag(`longer ${long}`)
  asked.tag(`longer ${long}`)
  expect(asked.made, 'of too long a body is never known').toBe(3)
})
