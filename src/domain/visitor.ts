import type { Principal } from './principal.ts'
import type { Role, Theme } from './user.ts'

/** Who looks at the console: a person in one of their organizations, by their session. */
export interface Visitor {
  /** kind 'user', scopes by role */
  principal: Principal
  user: { id: string; email: string; name: string; theme: Theme }
  role: Role
  organization: { id: string; slug: string; name: string }
  /** All they are a member of. */
  organizations: { id: string; slug: string; name: string }[]
  /** `csrf` is the token for forms; `freshUntil` epoch milliseconds. */
  session: { id: string; csrf: string; freshUntil: number }
}
