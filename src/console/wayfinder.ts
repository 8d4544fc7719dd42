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
    pages.map(({ method, path, demand }) => ({ demand, place: placeOf(method, path), pattern: patternOf(path) })),
    ({ place }) => place,
  )
  return (visitor: Visitor | undefined, address: string, method: Page['method']): boolean => {
    const path = address.split(/[?#]/)[0] ?? ''
    const page = known.get(placeOf(method, path))?.find(({ pattern }) => leadsTo(pattern, path))
    if (!page) return false
    if (page.demand === 'nobody') return true
    return visitor !== undefined && (page.demand === 'visitor' || allows(visitor.principal.scopes, page.demand))
  }
}

/** A word that no slug may be is none here: /customers/instances is not the customer called instances. */
function leadsTo(pattern: RegExp, path: string): boolean {
  const found = path.match(pattern)
  return found?.slice(1).every(name => isId(name) || !isReserved(name)) ?? false
}

/** /customers/{customer} → ^/customers/([^/]+)$ */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`)

/** GET /customers/{customer}/edit → `GET customers 4`; the first word of an address is never a name. */
function placeOf(method: Page['method'], path: string): string {
  const parts = path.split('/')
  return `${method} ${parts[1]} ${parts.length}`
}
