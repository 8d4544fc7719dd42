import { type NextFunction, type Request, type Response, Router } from 'express'
import type { Frame, Refused } from '../../views/frame.ts'
import type { View } from '../../views/html.ts'
import { ProblemPage } from '../../views/problem.tsx'
import type { Path } from '../actions/action.ts'
import { actionNamed } from '../actions/registry.ts'
import { type Fields, inputOf } from '../domain/form.ts'
import { parse } from '../domain/input.ts'
import { demand } from '../domain/principal.ts'
import { invalid, Problem, problemCodes } from '../domain/problem.ts'
import type { Visitor } from '../domain/visitor.ts'
import { demandShallow } from '../web/bodies.ts'
import { pageHeaders } from '../web/headers.ts'
import type { House } from '../web/house.ts'
import { problemOf } from '../web/problems.ts'
import { queryOf, router } from '../web/routes.ts'
import { proveAgain } from '../web/sign-in.ts'
import { callerWithPassword, notYours } from './callers.ts'
import { demandOwnOrigin } from './forgery.ts'
import { ownFields, readForm } from './forms.ts'
import { type Answer, type Ask, type Page, pathOf } from './page.ts'
import { publicPaths } from './public.ts'
import { render } from './render.ts'
import { themeOf } from './theme.ts'
import { sendToast, takeToast } from './toasts.ts'
import { wayfinder } from './wayfinder.ts'

/** Puts pages on a router. Whoever does not read HTML is let through to what is behind it. */
export function servePages(pages: readonly Page[], house: House): Router {
  const ordered = literalFirst(pages)
  const mayOpen = wayfinder(ordered)
  const outer = Router().use(peopleOnly)
  outer.use(
    router(ordered, {
      serve: async (page, request, response) => {
        const visitor = house.visitorOf(request)
        try {
          const answer = await answerOf(page, visitor, request, response, house)
          await send(answer, { visitor, request, response, house, mayOpen })
        } catch (error) {
          await sendProblem(error, { visitor, request, response, house, mayOpen })
        }
      },
      refuse: (problem, request, response) =>
        sendProblem(problem, { visitor: house.visitorOf(request), request, response, house, mayOpen }),
    }),
  )
  // What the router itself throws. Express knows an error handler by its four parameters.
  return outer.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    sendProblem(error, { visitor: house.visitorOf(request), request, response, house, mayOpen }),
  )
}

/** For people: an address at which there is nothing. Behind everything else. */
export const serveNowhere = (pages: readonly Page[], house: House): Router => {
  const mayOpen = wayfinder(literalFirst(pages))
  return Router()
    .use(peopleOnly)
    .use((request, response, next) => {
      if (/^\/+api(\/|$)/i.test(request.path)) return next()
      const problem = new Problem('Route.NotFound', `There is nothing at ${request.path.slice(0, 200)}.`)
      return sendProblem(problem, { visitor: house.visitorOf(request), request, response, house, mayOpen })
    })
}

/** Browsers ask for HTML by name; programs take anything. */
const peopleOnly = (request: Request, _: Response, next: NextFunction): void =>
  request.headers.accept?.includes('text/html') ? next() : next('router')

/** /customers/new is not the customer called new. */
const literalFirst = (pages: readonly Page[]): Page[] =>
  pages.toSorted((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))
const rank = (path: string): string => path.replaceAll('{', '\uffff')

interface Around {
  visitor: Visitor | undefined
  request: Request
  response: Response
  house: House
  mayOpen: ReturnType<typeof wayfinder>
}

async function answerOf(
  page: Page,
  visitor: Visitor | undefined,
  request: Request,
  response: Response,
  house: House,
): Promise<Answer> {
  const isOpen = page.demand === 'nobody'
  if (!isOpen && !visitor) return { goTo: house.hasUsers() ? signIn(request) : '/setup', toast: undefined }
  if (visitor && page.demand !== 'visitor' && page.demand !== 'nobody') demand(visitor.principal, page.demand)
  if (page.method === 'POST') demandOwnOrigin(request, visitor, house.callerOf(request).host)
  const fields: Fields = page.method === 'POST' ? await readForm(request) : new Map()
  const query = page.query ? parse(page.query, knownOf(page.query, queryOf(request)), 'query') : {}
  // Pages that are open to nobody do not look for a visitor; their type has none.
  return page.handle(askOf(visitor as Visitor, { fields, query, request, response, house }))
}

interface Read {
  fields: Fields
  query: unknown
  request: Request
  response: Response
  house: House
}

function askOf(visitor: Visitor, { fields, query, request, response, house }: Read): Ask {
  const at = request.params as Partial<Path> as Path
  const revision = fields.get('_revision')?.at(-1)
  const asked = {
    at,
    ifMatch: revision === undefined ? undefined : `"${revision}"`,
    requestId: String(response.getHeader('X-Request-Id')),
  }
  return {
    visitor,
    principal: visitor?.principal,
    at,
    query,
    fields,
    request,
    response,
    asked,
    now: house.clock(),
    submit: async (name, more) => {
      const { input } = actionNamed(name)
      const said = inputOf(input, ownFields(fields))
      demandShallow(said)
      const isEmpty = more === undefined && Object.keys(said).length === 0
      const { value } = await house.submit(name, visitor.principal, isEmpty ? undefined : { ...said, ...more }, asked)
      return value
    },
    prove: () => proved(visitor, fields, { request, response, house }),
  }
}

/** The session goes on under a new token, as after every sign-in. */
async function proved(
  visitor: Visitor,
  fields: Fields,
  { request, response, house }: Pick<Read, 'request' | 'response' | 'house'>,
): Promise<void> {
  const password = fields.get('_password')?.at(-1)
  if (!password) throw invalid({ location: 'body._password', message: 'is needed for this: it was too long ago' })
  const caller = callerWithPassword(request, house)
  const { cookie } = await proveAgain(request, visitor, house, caller, password).catch(notYours('body._password'))
  response.appendHeader('Set-Cookie', cookie)
}

/** Addresses are shared and typed by hand: what a page does not know, and what is left empty, is passed over. */
const knownOf = ({ shape }: NonNullable<Page['query']>, query: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).filter(([name, value]) => Object.hasOwn(shape, name) && value !== ''))

const signIn = (request: Request): string =>
  request.originalUrl === '/' ? '/login' : `/login?next=${encodeURIComponent(placeOf(request))}`

/** Where somebody was: the page itself, or the one that asked for a part of it. */
function placeOf(request: Request): string {
  const from = request.headers['hx-current-url']
  if (typeof from !== 'string' || !URL.canParse(from)) return request.originalUrl
  const { pathname, search } = new URL(from)
  return pathname + search
}

async function send(answer: Answer, around: Around): Promise<void> {
  const { request, response, visitor, house } = around
  if (answer === 'sent') return
  if ('goTo' in answer) {
    if (answer.toast !== undefined && visitor) sendToast(response, house.callerOf(request), answer.toast, visitor)
    // A redirect that answers a script is followed unseen: the page itself has to go.
    if (request.headers['hx-request']) response.status(200).set('HX-Redirect', answer.goTo).end()
    else response.status(303).set('Location', answer.goTo).end()
  } else if ('again' in answer) await sendView(answer.again, answer.status, around, answer.refused)
  else await sendView(answer, 200, around)
}

async function sendProblem(error: unknown, around: Around): Promise<void> {
  const { response, house } = around
  const errorId = String(response.getHeader('X-Request-Id'))
  const problem = problemOf(error, errorId, house)
  const [status, title] = problemCodes[problem.code]
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.set(problem.headers ?? {})
  await sendView(<ProblemPage {...{ status, title, errorId }} detail={problem.message} />, status, around)
}

let turns = Promise.resolve()

/**
 * Resolves in a turn of the loop in which no other page is read, written or sent: each takes a millisecond or two, and
 * what apps ask meanwhile is answered in between. Sockets are looked at between two immediates, not before the first.
 */
function ownTurn(): Promise<void> {
  turns = turns.then(() => new Promise(resolve => setImmediate(() => setImmediate(resolve))))
  return turns
}

async function sendView(view: View, status: number, around: Around, refused?: Refused): Promise<void> {
  const { visitor, request, response, house, mayOpen } = around
  const caller = house.callerOf(request)
  const isWhole = request.headers['hx-request'] === undefined
  const frame: Frame = {
    visitor,
    path: pathOf(request),
    theme: themeOf(request, visitor),
    now: house.clock(),
    toast: visitor && isWhole ? takeToast(request, response, caller, visitor) : undefined,
    refused,
    isExposed: caller.exposed,
    mayOpen: (address, method = 'GET') => mayOpen(visitor, address, method),
    files: await publicPaths(),
  }
  await ownTurn()
  const html = render(view, frame)
  await ownTurn()
  // What one visitor may see is nothing that a shared computer should keep.
  response
    .status(status)
    .set({ ...pageHeaders, 'Cache-Control': 'no-store' })
    .type('html')
    .end(html)
}
