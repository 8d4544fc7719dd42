import type { IncomingMessage } from 'node:http'
import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Refused } from '../../views/frame.ts'
import type { View } from '../../views/html.ts'
import type { Asked, Path } from '../actions/action.ts'
import type { ActionName, ValueOf } from '../actions/registry.ts'
import type { Fields } from '../domain/form.ts'
import type { Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import type { Demand } from '../domain/scope.ts'
import type { Visitor } from '../domain/visitor.ts'
import { demandOwnToken } from './forgery.ts'

/** One page of the console, or the goal of a form. Made by `page`, `form` and `entrance` below. */
export interface Page {
  method: 'GET' | 'POST'
  /** As the API writes it: /customers/{customer} */
  path: string
  /** The scope asked for; 'visitor' is anybody who is signed in, 'nobody' is for the pages before the door. */
  demand: Demand | 'visitor' | 'nobody'
  query?: z.ZodObject | undefined
  handle: (ask: Ask) => Promise<Answer> | Answer
}

/** What anybody asks, signed in or not. */
export interface Entering<Query = unknown> {
  at: Path
  /** As the page's schema reads it. What it does not know is not in it. */
  query: Query
  /** Of the form that was sent; empty on GET. */
  fields: Fields
  request: Request
  response: Response
  /** Epoch milliseconds. */
  now: number
}

/** What a visitor asks. */
export interface Ask<Query = unknown> extends Entering<Query> {
  visitor: Visitor
  /** The visitor as actions know them: organization and scopes. */
  principal: Principal
  asked: Asked
  /** The action with what the form says, read by the action's own schema; `more` is what the form does not say. */
  submit: <N extends ActionName>(name: N, more?: object) => Promise<ValueOf<N>>
  /** The password of the form's own field for it proves who is there; throws with a sentence at that field. */
  prove: () => Promise<void>
}

/** A view is shown with 200; a form that could not be taken, with what is wrong with it. */
export type Answer = View | GoTo | Again | 'sent'

export interface GoTo {
  goTo: string
  toast: string | undefined
}

/** A form that comes back. */
export interface Again {
  again: View
  status: number
  refused: Refused
}

/** After something was done: on to a page, which says so once. */
export const goTo = (address: string, toast?: string): GoTo => ({ goTo: address, toast })

type NoQuery = Record<string, never>
type Show<A> = (ask: A) => Promise<View> | View

/** A page to read. */
export const page = <Q extends z.ZodObject = z.ZodObject<NoQuery>>(
  path: string,
  { demand, query, show }: { demand: Demand | 'visitor'; query?: Q; show: Show<Ask<z.output<Q>>> },
): Page[] => [{ method: 'GET', path, demand, query, handle: ask => show(ask as Ask<z.output<Q>>) }]

interface FormPage<Q extends z.ZodObject> {
  demand: Demand | 'visitor'
  query?: Q
  /** The page with the form: at first, and again with what was typed when it does not fit. */
  show: Show<Ask<z.output<Q>>>
  /** Does it: on to a page, or a view of what is shown once. A problem that it throws is told in the form. */
  submit: (ask: Ask<z.output<Q>>) => Promise<GoTo | View>
  /** A session left open on a desk is not enough: its `<Form needsPassword>` asks where the last proof is too old. */
  needsPassword?: boolean
}

/** A page with a form, which is sent to the page's own address. */
export const form = <Q extends z.ZodObject = z.ZodObject<NoQuery>>(
  path: string,
  { demand, query, show, submit, needsPassword = false }: FormPage<Q>,
): Page[] => {
  const handle = async (ask: Ask) => {
    // The schema of this page has read the query.
    const mine = ask as Ask<z.output<Q>>
    return orAgain(mine, show, async () => {
      demandOwnToken(mine.visitor, mine.fields)
      if (needsPassword && mine.now >= mine.visitor.session.freshUntil) await mine.prove()
      return submit(mine)
    })
  }
  return [...page(path, { demand, ...(query && { query }), show }), { method: 'POST', path, demand, query, handle }]
}

interface EntrancePage<Q extends z.ZodObject> {
  query?: Q
  show: Show<Entering<z.output<Q>>>
  submit?: (ask: Entering<z.output<Q>>) => Promise<GoTo>
}

/** A page before the door, for whoever is not signed in: signing in, setting up, taking an invitation. */
export const entrance = <Q extends z.ZodObject = z.ZodObject<NoQuery>>(
  path: string,
  { query, show, submit }: EntrancePage<Q>,
): Page[] => {
  const read: Page = { method: 'GET', path, demand: 'nobody', query, handle: ask => show(ask as Ask<z.output<Q>>) }
  if (!submit) return [read]
  const handle = async (ask: Ask) => {
    const mine = ask as Ask<z.output<Q>>
    return orAgain(mine, show, () => submit(mine))
  }
  return [read, { ...read, method: 'POST', handle }]
}

async function orAgain<A extends Entering>(ask: A, show: Show<A>, submit: () => Promise<GoTo | View>): Promise<Answer> {
  try {
    return await submit()
  } catch (error) {
    if (!(error instanceof Problem) || !isMendable(error)) throw error
    ask.response.set(error.headers ?? {})
    return { again: await show(ask), status: error.status, refused: refusedBy(error, ask) }
  }
}

/** Whoever must sign in first, or asks for what is gone, has no use for the form. */
const isMendable = ({ status, code }: Problem): boolean =>
  code !== 'Auth.NoIdentity' && status !== 404 && status !== 410

const refusedBy = (problem: Problem, { request, fields }: Entering): Refused => ({
  action: pathOf(request),
  fields,
  detail: words[problem.code] ?? problem.message,
  findings: problem.errors ?? [],
})

/** What is said to programs in words that people have no use for. */
const words: Partial<Record<Problem['code'], string>> = {
  'Request.RevisionMismatch':
    'Somebody else has changed this since you opened it. What you typed is still here: save again to overwrite theirs.',
}

/** The address without its query. */
export const pathOf = ({ originalUrl, url }: IncomingMessage & { originalUrl?: string }): string =>
  (originalUrl ?? url ?? '/').split('?')[0] ?? '/'
