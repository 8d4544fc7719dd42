import type { IncomingMessage } from 'node:http'
import type { OpenHouse } from './cli/doors.ts'
import type { OrganizationRecord } from './domain/organization.ts'
import { operator } from './domain/principal.ts'
import { type Role, roles, scopesOfRole } from './domain/user.ts'
import type { Visitor } from './domain/visitor.ts'
import { allOrganizations } from './store/organizations.ts'
import { type Around, type TestHouse, testHouse } from './test-house.ts'

export const csrf = 'token-of-the-test-session'

/** What a page says, as it is read. */
export const read = (html: string): string =>
  html.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')

const names: Record<Role, string> = {
  OWNER: 'Ada Lovelace',
  ADMIN: 'Anna Admin',
  EDITOR: 'Eva Editor',
  VIEWER: 'Vic Viewer',
}
const emailOf = (role: Role): string => `${names[role].slice(0, 4).trim().toLowerCase()}@example.com`

/** A user of each role, by whom the visitors' own pages are about somebody. */
async function enrolled({ submit, read }: OpenHouse): Promise<ReadonlyMap<Role, string>> {
  const principal = operator(read.all(allOrganizations, {})[0]?.id ?? '')
  const ids = new Map<Role, string>()
  for (const role of roles) {
    const draft = { email: emailOf(role), name: names[role], role, passwordHash: 'none' }
    ids.set(role, (await submit('users.enroll', principal, draft)).value.id)
  }
  return ids
}

const visitorOf = ({ id, slug, name }: OrganizationRecord, role: Role, userId: string): Visitor => {
  const user = { id: userId, email: emailOf(role), name: names[role], theme: 'auto' as const }
  const principal = {
    kind: 'user' as const,
    id: user.id,
    name: user.email,
    organization: id,
    scopes: scopesOfRole[role],
  }
  const organization = { id, slug, name }
  return {
    principal,
    user,
    role,
    organization,
    organizations: [organization],
    session: { id: 's', csrf, freshUntil: Infinity },
  }
}

/** For tests alone: whoever sends the cookie `visitor=OWNER` is signed in as one. */
const byCookie =
  (users: () => ReadonlyMap<Role, string>): Around =>
  ({ read }) => ({
    hasUsers: () => true,
    visitorOf: ({ headers }: IncomingMessage) => {
      const said = headers.cookie?.match(/\bvisitor=(\w+)/)?.[1]
      const role = roles.find(each => each === said)
      const organization = read.all(allOrganizations, {})[0]
      return organization && role ? visitorOf(organization, role, users().get(role) ?? '') : undefined
    },
  })

/** A page as browsers get it. */
export interface TestPage {
  status: number
  headers: Headers
  html: string
}

export interface VisitedHouse extends TestHouse {
  /** Opens a page, as an owner where nothing else is said. */
  open: (path: string, role?: Role | 'nobody', headers?: Record<string, string>) => Promise<TestPage>
  /** Sends a form from a page of the console. */
  send: (path: string, fields: Record<string, string> | [string, string][], more?: SendMore) => Promise<TestPage>
}

interface SendMore {
  role?: Role | 'nobody'
  headers?: Record<string, string>
}

/** The real server, and people at it. */
export async function visitedHouse(environment: Record<string, string> = {}): Promise<VisitedHouse> {
  let users: ReadonlyMap<Role, string> = new Map()
  const house = await testHouse(
    environment,
    byCookie(() => users),
  )
  users = await enrolled(house.inside)
  const ask = async (path: string, role: Role | 'nobody', init: RequestInit = {}): Promise<TestPage> => {
    const headers = { Accept: 'text/html', ...(role !== 'nobody' && { Cookie: `visitor=${role}` }), ...init.headers }
    const response = await fetch(house.url + path, { redirect: 'manual', ...init, headers })
    return { status: response.status, headers: response.headers, html: await response.text() }
  }
  return Object.assign(house, {
    open: (path: string, role: Role | 'nobody' = 'OWNER', headers = {}) => ask(path, role, { headers }),
    send: (
      path: string,
      fields: Record<string, string> | [string, string][],
      { role = 'OWNER', headers = {} }: SendMore = {},
    ) => {
      const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
      const body = new URLSearchParams([['_csrf', csrf], ...pairs])
      return ask(path, role, { method: 'POST', body, headers: { 'Sec-Fetch-Site': 'same-origin', ...headers } })
    },
  })
}
