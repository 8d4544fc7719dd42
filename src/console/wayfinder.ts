import { allows } from '../domain/scope.ts'
import { isId, isReserved } from '../domain/slug.ts'
import type { Visitor } from '../domain/visitor.ts'
import type { Page } from './page.ts'

/**
 * Which addresses lead somewhere, and for whom: views show a link or a form only where this says so, so what one may not
 * use is not shown, and what is not built is not linked.
 */
export function wayfinder(pages: readonly Page[]) {
  // A page asks for each of its links and buttons: of all pages, few have the same first word and length.
  const known = Map.groupBy(
    pages.map(({ method, path, demand }) => ({ demand, method, words: path.split('/') })),
    ({ method, words }) => placeOf(method, words),
  )
  return (visitor: Visitor | undefined, address: string, method: Page['method']): boolean => {
    const words = (/^[^?#]*/.exec(address)?.[0] ?? '').split('/')
    const page = known.get(placeOf(method, words))?.find(each => leadsTo(each.words, words))
    if (!page) return false
    if (page.demand === 'nobody') return true
    return visitor !== undefined && (page.demand === 'visitor' || allows(visitor.principal.scopes, page.demand))
  }
}

/** GET /customers/{customer}/edit → `GET customers 4`; the first word of an address is never a name. */
const placeOf = (method: Page['method'], words: readonly string[]): string => `${method} ${words[1]} ${words.length}`

/** A word that no slug may be is none here: /customers/instances is not the customer called instances. */
const leadsTo = (pattern: readonly string[], words: readonly string[]): boolean =>
  pattern.every((each, index) => {
    const word = words[index] ?? ''
    return each === word || (each.startsWith('{') && word !== '' && (isId(word) || !isReserved(word)))
  })
