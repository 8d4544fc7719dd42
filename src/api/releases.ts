import { Release, releaseJson } from '../domain/release.ts'
import { releaseAt, releasesOf } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show } from './kinds.ts'

const release = '/releases/{release}'

export const releases = (house: House): Route[] => [
  list(house, '/releases', {
    summary: 'List releases',
    demand: 'read:releases',
    answers: Release,
    json: releaseJson,
    source: ({ principal }) => releasesOf(principal.organization),
  }),
  create(house, '/releases', 'releases.create', {
    summary: 'Create a release of components',
    description: 'It never changes. Its components are named by `componentIds` or by `componentSlugs`, in their order.',
    answers: Release,
    location: ({ slug }) => `/releases/${slug}`,
  }),
  show(house, release, {
    summary: 'Show a release',
    demand: 'read:releases',
    answers: Release,
    json: releaseJson,
    notFound: 'Release.NotFound',
    row: ({ principal, at }) => releaseAt(principal.organization, at.release),
  }),
  remove(house, release, 'releases.delete', 'Delete a release that was never deployed'),
]
