import type { Fields } from '../domain/form.ts'
import { textIn } from '../domain/form-list.ts'
import { form, type Page, page } from './page.ts'

/**
 * Forms whose lists people add to, move in and take from. Their buttons send `_do`: the form then comes back changed and
 * not saved. What is typed is a draft (domain) until it is sent for good.
 */

/** What a button asks for; undefined where the form is to be saved. */
export const commandIn = (fields: Fields): string | undefined => textIn(fields, '_do')

/** The first field of what was added. */
export const focusOf = (command: string, list: string, items: readonly unknown[]): string =>
  command === 'add' ? `${list}[${items.length - 1}].name` : ''

/** Whoever may not change it reads the same page. */
export function readableForm(
  path: string,
  { show, submit }: Pick<Parameters<typeof form>[1], 'show' | 'submit'>,
): Page[] {
  const sent = form(path, { demand: 'write:feature_flags', show, submit }).filter(({ method }) => method === 'POST')
  return [...page(path, { demand: 'read:feature_flags', show }), ...sent]
}
