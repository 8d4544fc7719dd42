/** Scopes: `read:<module>` and `write:<module>`; write includes read of the same module. Source: api.md, "Scopes". */

export const modules = [
  'customers',
  'instances',
  'licenses',
  'entitlements',
  'usage',
  'feature_flags',
  'deployment_zones',
  'releases',
  'components',
  'users',
  'organizations',
  'tokens',
  'webhooks',
  'audit',
] as const

export type Module = (typeof modules)[number]
export type Scope = `${'read' | 'write'}:${Module | '*'}`

export const scopes: readonly Scope[] = [
  'read:*',
  'write:*',
  ...modules.flatMap(module => [`read:${module}`, `write:${module}`] as const),
]

/** What may be asked of a principal: any one of these scopes will do. Usage accepts three. */
export type Demand = Scope | readonly Scope[]

export const reportsUsage = ['write:usage', 'write:instances', 'write:entitlements'] as const satisfies Demand
export const readsUsage = ['read:usage', 'read:instances', 'read:entitlements'] as const satisfies Demand

/** By each scope that may be asked for: the scopes that cover it. */
const covering = new Map(scopes.map(wanted => [wanted, new Set<string>(scopes.filter(held => isWithin(wanted, held)))]))

/** Does one of the held scopes cover the wanted one? */
export function covers(held: readonly string[], wanted: Scope): boolean {
  const enough = covering.get(wanted)
  return enough !== undefined && held.some(scope => enough.has(scope))
}

function isWithin(wanted: Scope, held: Scope): boolean {
  const [verb, module] = wanted.split(':')
  const [heldVerb, heldModule] = held.split(':')
  return (heldModule === '*' || heldModule === module) && (heldVerb === 'write' || heldVerb === verb)
}

export const allows = (held: readonly string[], demand: Demand): boolean =>
  typeof demand === 'string' ? covers(held, demand) : demand.some(scope => covers(held, scope))

/** A token bound to one instance may hold these and nothing with which it could change what it was sold. */
export const instanceBoundScopes: readonly Scope[] = [
  'read:usage',
  'write:usage',
  'read:feature_flags',
  'read:instances',
]

/** Presets offered where a token is made. */
export const presets: Record<'data-plane' | 'control-plane', readonly Scope[]> = {
  'data-plane': ['read:feature_flags', 'write:usage'],
  'control-plane': [
    'write:instances',
    'write:licenses',
    'write:entitlements',
    'write:customers',
    'write:feature_flags',
    'write:deployment_zones',
    'write:releases',
    'write:components',
  ],
}
