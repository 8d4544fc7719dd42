import { z } from 'zod'
import { type Found, SearchPage } from '../../views/search.tsx'
import { ListQuery } from '../domain/list.ts'
import { allows, type Scope } from '../domain/scope.ts'
import { componentsOf } from '../store/components.ts'
import { customersOf } from '../store/customers.ts'
import { deploymentZonesOf } from '../store/deployment-zones.ts'
import { entitlementsOf } from '../store/entitlements.ts'
import { featureFlagsOf } from '../store/feature-flags.ts'
import { instancesOf } from '../store/instances.ts'
import { licensesOf } from '../store/licenses.ts'
import type { Source } from '../store/pages.ts'
import { releasesOf } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { type Ask, type Page, page } from './page.ts'

/** One kind of thing that can be found: where its rows are, and where one leads. */
interface Searched {
  name: string
  demand: Scope
  find: (house: House, ask: Ask, query: ListQuery) => Promise<Found>
}

const perKind = 5

const searched = <Row extends object>(
  name: string,
  demand: Scope,
  source: (ask: Ask) => Source<Row>,
  found: (row: Row) => Found['hits'][number],
  all: (q: string) => string,
): Searched => ({
  name,
  demand,
  find: async (house, ask, query) => {
    const { items, total } = await readPage(house, source(ask), query)
    return { name, total, all: all(query.q ?? ''), hits: items.map(found) }
  },
})

const kinds: Searched[] = [
  searched(
    'Customers',
    'read:customers',
    ({ principal }) => customersOf(principal.organization),
    ({ name, slug }) => ({ name, slug, to: `/customers/${slug}` }),
    q => `/customers?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Instances',
    'read:instances',
    ({ principal }) => instancesOf(principal.organization, 'name', { only: principal.instance }),
    ({ name, slug, id, customerSlug }) => ({
      name,
      slug: slug ?? id,
      to: `/customers/${customerSlug}/instances/${slug}`,
    }),
    q => `/customers/instances?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Feature flags',
    'read:feature_flags',
    ({ principal }) => featureFlagsOf(principal.organization, {}),
    ({ name, slug }) => ({ name, slug, to: `/feature-flags/${slug}` }),
    q => `/feature-flags?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Releases',
    'read:releases',
    ({ principal }) => releasesOf(principal.organization),
    ({ version, slug }) => ({ name: version, slug, to: `/releases/${slug}` }),
    q => `/releases?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Components',
    'read:components',
    ({ principal }) => componentsOf(principal.organization),
    ({ name, version, slug }) => ({ name: `${name} ${version}`, slug, to: `/components/${slug}` }),
    q => `/components?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Deployment zones',
    'read:deployment_zones',
    ({ principal }) => deploymentZonesOf(principal.organization),
    ({ name, slug }) => ({ name, slug, to: `/deployment-zones/${slug}` }),
    q => `/deployment-zones?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Licenses',
    'read:licenses',
    ({ principal }) => licensesOf(principal.organization, {}),
    ({ name, slug }) => ({ name, slug, to: `/licenses/${slug}` }),
    q => `/licenses?q=${encodeURIComponent(q)}`,
  ),
  searched(
    'Entitlements',
    'read:entitlements',
    ({ principal }) => entitlementsOf(principal.organization, undefined),
    ({ name, slug }) => ({ name, slug, to: `/entitlements/${slug}` }),
    q => `/entitlements?q=${encodeURIComponent(q)}`,
  ),
]

/** Everything whose name or slug has the text, the first few of each kind. */
export const search = (house: House): Page[] =>
  page('/search', {
    demand: 'visitor',
    query: z.object({ q: ListQuery.shape.q }),
    show: async ask => {
      const q = ask.query.q ?? ''
      const query = ListQuery.parse({ q, sort: 'name', limit: perKind })
      const open = kinds.filter(({ demand }) => q !== '' && allows(ask.principal.scopes, demand))
      return <SearchPage q={q} found={await Promise.all(open.map(kind => kind.find(house, ask, query)))} />
    },
  })
