import type { Fields } from './form.ts'

/** Lists in forms, such as `variants[2].name`, and what people do to them before they save. */

/** Reads each item of a list by its members, in the order of their numbers. */
export function itemsIn<T>(fields: Fields, list: string, read: (place: string) => T): T[] {
  const numbers = [...fields.keys()]
    .filter(name => name.startsWith(`${list}[`))
    .map(name => Number.parseInt(name.slice(list.length + 1), 10))
    .filter(Number.isInteger)
  return [...new Set(numbers)].sort((a, b) => a - b).map(number => read(`${list}[${number}]`))
}

export const textIn = (fields: Fields, name: string): string | undefined => fields.get(name)?.at(-1)

/** What a button of the list says: `add`, `remove 2`, `up 2`, `down 2`. Others change nothing. */
export function rearranged<T>(items: readonly T[], command: string, blank: () => T): T[] {
  const [verb, number] = command.split(' ')
  const index = Number(number)
  if (verb === 'add') return [...items, blank()]
  if (!(index in items)) return [...items]
  if (verb === 'remove') return items.filter((_, at) => at !== index)
  if (verb === 'up') return swapped(items, index, index - 1)
  if (verb === 'down') return swapped(items, index, index + 1)
  return [...items]
}

function swapped<T>(items: readonly T[], one: number, other: number): T[] {
  if (!(other in items)) return [...items]
  return items.map((item, at) => (at === one ? (items[other] as T) : at === other ? (items[one] as T) : item))
}
