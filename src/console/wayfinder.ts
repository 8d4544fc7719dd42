import { allows } from '../domain/scope.ts'
import { isId, isReserved } from '../domain/slug.ts'
import type { Visitor } from '../domain/visitor.ts'
import type { Page } from './page.ts'

/**
 * Which addresses lead somewhere, and for whom: views show a link or a form only where this says so, so what one may not
 * use is not shown, and what is not built is not linked.
 */
export function wayfinder(pages: readonly Page[]) {
  const known = pages.map(({ method, path, demand }) => ({ method, demand, pattern: patternOf(path) }))
  return (visitor: Visitor | undefined, address: string, method: Page['method']): boolean => {
    const path = address.split(/[?#]/)[0] ?? ''
    const page = known.find(each => each.method === method && leadsTo(each.pattern, path))
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
