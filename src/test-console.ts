import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Problem } from './domain/problem.ts'
import type { Visitor } from './domain/visitor.ts'
import type { TestHouse } from './test-house.ts'
import { acceptInvitation, resetPassword, setUp, shownLink } from './web/one-time-links.ts'
import * as sessions from './web/sessions.ts'
import { changePassword, proveAgain, signIn } from './web/sign-in.ts'

/** For tests: a door that does what pages will do, over real HTTP with real cookies, and answers with JSON. */
export interface TestConsole extends AsyncDisposable {
  url: string
  /** A browser that has no cookie yet. */
  browser: (options?: { address?: string; cookie?: string }) => TestBrowser
}

export interface TestBrowser {
  /** The whole text of the cookie header. */
  cookie: string
  /** Of the answer before: its Set-Cookie. */
  setCookie: string | undefined
  post: (path: string, form?: object, headers?: Record<string, string>) => Promise<TestPage>
  /** Who the server takes this browser for. */
  visitor: () => Promise<Visitor | undefined>
}

// Tests reach into answers of every shape; matchers check what they find there.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type TestPage = { status: number; body: any; retryAfter: string | null }

// biome-ignore lint/suspicious/noExplicitAny: forms of tests are what they are
type Form = any
type Doing = { request: IncomingMessage; caller: sessions.Caller; form: Form; visitor: Visitor | undefined }

export async function testConsole(house: TestHouse, { secure = false } = {}): Promise<TestConsole> {
  const seen = (visitor: Visitor | undefined): Visitor => {
    if (visitor) return visitor
    throw new Problem('Auth.NoIdentity', 'Sign in.')
  }
  const pages: Record<string, (doing: Doing) => unknown> = {
    '/visitor': ({ visitor }) => ({ visitor }),
    '/login': ({ request, caller, form }) => signIn(request, house.inside, caller, form),
    '/logout': async ({ visitor }) => ({ cookie: await sessions.signOut(seen(visitor), house.inside, secure) }),
    '/again': ({ request, caller, form, visitor }) =>
      proveAgain(request, seen(visitor), house.inside, caller, form.password),
    '/password': ({ request, caller, form, visitor }) =>
      changePassword(request, seen(visitor), house.inside, caller, form),
    '/sessions': ({ visitor }) => ({ items: sessions.ownSessions(seen(visitor), house.inside) }),
    '/sessions/end': ({ visitor, form }) => sessions.endSession(seen(visitor), house.inside, form.id),
    '/sessions/end-others': ({ visitor }) => sessions.endOtherSessions(seen(visitor), house.inside),
    '/enter': ({ request, caller, visitor, form }) =>
      sessions.enterOrganization(request, seen(visitor), house.inside, caller, form.organization),
    '/link': ({ form }) => shownLink(house.inside, form.kind, form.code),
    '/setup': ({ request, caller, form }) => setUp(request, house.inside, caller, form),
    '/invitation': ({ request, caller, form }) => acceptInvitation(request, house.inside, caller, form),
    '/reset': ({ form }) => resetPassword(house.inside, form.code, form.password),
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = JSON.parse(Buffer.concat(chunks).toString() || '{}')
    const address = String(request.headers['x-test-address'] ?? request.socket.remoteAddress)
    try {
      const visitor = sessions.visitorOf(request, house.inside, secure)
      const doing = { request, caller: { address, secure }, form, visitor }
      const value = (await pages[request.url ?? '']?.(doing)) as { cookie?: string } | undefined
      response.writeHead(200, value?.cookie ? { 'Set-Cookie': value.cookie } : {})
      response.end(JSON.stringify(value ?? {}))
    } catch (error) {
      if (!(error instanceof Problem)) house.faults.push(String(error))
      const problem = error instanceof Problem ? error : new Problem('Internal.Error', String(error))
      response.writeHead(problem.status, problem.headers).end(JSON.stringify(problem.data))
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    browser: options => browserAt(url, options),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function browserAt(url: string, { address, cookie = '' }: { address?: string; cookie?: string } = {}): TestBrowser {
  const browser: TestBrowser = {
    cookie,
    setCookie: undefined,
    post: async (path, form, headers = {}) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { Cookie: browser.cookie, ...(address && { 'X-Test-Address': address }), ...headers },
        body: JSON.stringify(form ?? {}),
      })
      browser.setCookie = answer.headers.get('set-cookie') ?? undefined
      if (browser.setCookie)
        browser.cookie = browser.setCookie.includes('Max-Age=0') ? '' : (browser.setCookie.split(';')[0] ?? '')
      return { status: answer.status, body: await answer.json(), retryAfter: answer.headers.get('retry-after') }
    },
    visitor: async () => (await browser.post('/visitor')).body.visitor,
  }
  return browser
}
