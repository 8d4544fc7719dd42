import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from './problem.ts'
import { allows, modules } from './scope.ts'
import { demandRole, Email, keepAnOwner, principalOf, type Role, roles, scopesOfRole } from './user.ts'

const mayWrite: Record<Role, string[]> = {
  OWNER: [...modules],
  ADMIN: modules.filter(module => !['organizations', 'audit'].includes(module)),
  EDITOR: [
    'customers',
    'instances',
    'licenses',
    'entitlements',
    'usage',
    'feature_flags',
    'deployment_zones',
    'releases',
    'components',
  ],
  VIEWER: [],
}

describe.each(roles)('%s', role => {
  const scopes = scopesOfRole[role]
  test.each(modules)('and %s', module => {
    expect(allows(scopes, `read:${module}`)).toBe(true)
    expect(allows(scopes, `write:${module}`)).toBe(mayWrite[role].includes(module))
  })
})

const somebody = (role: Role) => principalOf({ id: 'u', email: 'a@b.example', organizationId: 'o', role })

test('a role gives, changes and takes away itself and what is below it, and nothing above', () => {
  for (const [mine, own] of roles.entries())
    for (const [theirs, other] of roles.entries()) {
      const give = () => demandRole(somebody(own), other)
      if (theirs >= mine) expect(give).not.toThrow()
      else expect(give).toThrow(expect.objectContaining({ code: 'Auth.BeyondOwnScopes' }))
    }
})

test('whoever manages users by token gives no role that may do more than the token', () => {
  const token = { ...somebody('VIEWER'), scopes: ['write:users'] }
  for (const role of roles) expect(() => demandRole(token, role)).toThrow(Problem)
})

test('an organization never loses its last owner who can sign in', () => {
  const standing = fc.record({
    role: fc.constantFrom(...roles),
    acceptedAt: fc.constantFrom(null, 1),
    disabledAt: fc.constantFrom(null, 1),
  })
  const canSignIn = (user: { role: Role; acceptedAt: number | null; disabledAt: number | null } | undefined) =>
    user?.role === 'OWNER' && user.acceptedAt !== null && user.disabledAt === null
  fc.assert(
    fc.property(standing, fc.option(standing, { nil: undefined }), fc.nat({ max: 2 }), (before, after, others) => {
      const owners = others + Number(canSignIn(before))
      const left = others + Number(canSignIn(after))
      const change = () => keepAnOwner(before, after, others)
      if (owners > 0 && left === 0) expect(change).toThrow(expect.objectContaining({ code: 'User.LastOwner' }))
      else expect(change).not.toThrow()
    }),
  )
})

test.each([
  [' Anna.Meier@Example.COM ', 'anna.meier@example.com'],
  ['zu\u0308rich@example.com', 'zürich@example.com'],
  ['a+b@localhost', 'a+b@localhost'],
])('%j is the address %j', (typed, address) => {
  expect(Email.parse(typed)).toBe(address)
})

test.each([
  '',
  'anna',
  '@example.com',
  'anna@',
  'a b@example.com',
  'a@b@c',
  'a\u0000@b.example',
  `a@${'b'.repeat(260)}`,
])('%j is no address', typed => {
  expect(Email.safeParse(typed).success).toBe(false)
})
