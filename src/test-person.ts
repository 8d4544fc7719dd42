import { appliance } from './domain/principal.ts'
import { allOrganizations } from './store/organizations.ts'
import type { TestHouse } from './test-house.ts'
import type { TestPage } from './test-visitor.ts'

/** Somebody at a browser of their own, with real cookies and forms as the pages show them. */
export interface Person {
  /** Name → value. */
  cookies: Map<string, string>
  open: (path: string, headers?: Record<string, string>) => Promise<TestPage>
  /** Fills in the form with this action on a page, and sends it with all that the page put into it. */
  fill: (
    page: string,
    fields: Record<string, string>,
    options?: { action?: string; headers?: Record<string, string> },
  ) => Promise<TestPage>
}

export function person(house: Pick<TestHouse, 'url'>): Person {
  const cookies = new Map<string, string>()
  const ask = async (path: string, init: RequestInit = {}): Promise<TestPage> => {
    const Cookie = [...cookies].map(pair => pair.join('=')).join('; ')
    const headers = { Accept: 'text/html', ...(Cookie && { Cookie }), ...init.headers }
    const response = await fetch(house.url + path, { redirect: 'manual', ...init, headers })
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = text.match(/^([^=]+)=([^;]*)/) ?? []
      if (text.includes('Max-Age=0')) cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: response.status, headers: response.headers, html: await response.text() }
  }
  return {
    cookies,
    open: (path, headers = {}) => ask(path, { headers }),
    fill: async (page, fields, { action = page.split('?')[0] ?? '', headers = {} } = {}) => {
      const { html } = await ask(page, { headers })
      const [, form = ''] = html.match(new RegExp(`<form[^>]* action="${action}"[^>]*>(.*?)</form>`, 's')) ?? []
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value] as const,
      )
      const body = new URLSearchParams(Object.entries({ ...Object.fromEntries(hidden), ...fields }))
      return ask(action, { method: 'POST', body, headers: { 'Sec-Fetch-Site': 'same-origin', ...headers } })
    },
  }
}

export const ownerDraft = {
  name: 'Anna Lovelace',
  email: 'anna@example.com',
  password: 'purple tractor beneath lantern',
}

/** The path of a link for the first owner, as the server prints it. */
export async function setUpPath({ inside }: TestHouse): Promise<string> {
  const organization = inside.read.all(allOrganizations, {})[0]?.id ?? ''
  const { value } = await inside.submit('users.setUpLink', appliance(organization), undefined)
  return value.path ?? ''
}

/** The first owner, signed in through the pages. */
export async function firstOwner(house: TestHouse): Promise<Person> {
  const owner = person(house)
  const { status } = await owner.fill(await setUpPath(house), ownerDraft)
  if (status !== 303) throw new Error(`Setting up answered ${status}.`)
  return owner
}
