import { Component, componentJson } from '../domain/component.ts'
import { componentAt, componentsOf } from '../store/components.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

const component = '/components/{component}'

export const components = (house: House): Route[] => [
  list(house, '/components', {
    summary: 'List components',
    demand: 'read:components',
    answers: Component,
    json: componentJson,
    source: ({ principal }) => componentsOf(principal.organization),
  }),
  create(house, '/components', 'components.create', {
    summary: 'Create a version of a component',
    description: 'Name and version are unique together. The slug comes from both, unless it is given.',
    answers: Component,
    location: ({ slug }) => `/components/${slug}`,
  }),
  show(house, component, {
    summary: 'Show a component',
    demand: 'read:components',
    answers: Component,
    json: componentJson,
    notFound: 'Component.NotFound',
    row: ({ principal, at }) => componentAt(principal.organization, at.component),
  }),
  update(house, component, 'components.update', { summary: 'Change a component', answers: Component }),
  remove(house, component, 'components.delete', 'Delete a component that no release contains'),
]
