/** Slugs: URL-safe names, unique per organization and kind. Source: product.md, "Rules". */

const shape = /^[a-z0-9](?:[a-z0-9-]{0,98})[a-z0-9]$/
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Words that are parts of routes: an object of this name could not be reached. */
const reserved = new Set(
  (
    'new usage reports history lint test restore instances entitlements licenses customers tokens deployments ' +
    'feature-flags audit-trails periods evaluate events deliveries recover retry rotate-secret me setup login logout edit'
  ).split(' '),
)

/** UUIDs in any letter case, as they may stand in paths. */
export const isId = (text: string): boolean => uuid.test(text)
export const isSlugShaped = (text: string): boolean => shape.test(text)
export const isReserved = (slug: string): boolean => reserved.has(slug) || isId(slug)

/** `Café Zürich` → `cafe-zurich`; where nothing or one character is left, the kind goes before it: `C` → `customer-c`. */
export function slugFrom(name: string, kind: string): string {
  const folded = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const slug = folded.length > 1 ? folded : [kind, folded].filter(Boolean).join('-')
  return trimmed(slug, 100)
}

/** The nth candidate for a derived slug: the slug itself, then `-2`, `-3`…, never longer than 100 characters. */
export const numbered = (slug: string, n: number): string => (n === 1 ? slug : withEnding(slug, `-${n}`))

/** A slug that ends in something, cut before it where the whole would be longer than 100 characters. */
export const withEnding = (slug: string, ending: string): string => trimmed(slug, 100 - ending.length) + ending

const trimmed = (slug: string, length: number): string => slug.slice(0, length).replace(/-+$/, '')
