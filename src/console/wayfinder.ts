import { allows } from '../domain/scope.ts'
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
    const page = known.find(each => each.method === method && each.pattern.test(path))
    if (!page) return false
    if (page.demand === 'nobody') return true
    return visitor !== undefined && (page.demand === 'visitor' || allows(visitor.principal.scopes, page.demand))
  }
}

/** /customers/{customer} → ^/customers/[^/]+$ */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
