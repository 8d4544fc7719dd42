import { z } from 'zod'
import { EditComponent, NewComponent } from '../../views/component-forms.tsx'
import { ComponentList, ComponentPage } from '../../views/components.tsx'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { Reference } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { componentAt, componentLinesOf, componentsOf, newestReleasesWith, newestVersions } from '../store/components.ts'
import type { House } from '../web/house.ts'
import { readLeaf, readPage } from '../web/lists.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

/** Versions shown in a row of the list, versions and releases shown on a component's page, and suggestions in forms. */
const [perRow, perCard, suggested] = [4, 20, 100]

const ComponentsQuery = LeafQuery.extend({ sort: ListQuery.shape.sort.default('name') })

export const components = (house: House): Page[] => {
  const componentOf = ({ principal, at }: Ask) =>
    found(house.read.find(componentAt(principal.organization, at.component)), 'Component.NotFound')

  const referred = (organization: string, reference: string | null | undefined) =>
    reference ? house.read.find(componentAt(organization, reference)) : undefined

  const versionsOf = (organization: string, names: string[], perName: number) =>
    house.scan.all(newestVersions, { organization, names: JSON.stringify(names), perName })

  const suggestions = async (organization: string) => {
    const newest = ListQuery.parse({ limit: suggested })
    const { items } = await readPage(house, componentsOf(organization), newest)
    return {
      names: [...new Set(items.map(({ name }) => name))].sort(),
      slugs: items.map(({ slug, name, version }) => ({ value: slug, label: `${name} ${version}` })),
    }
  }

  return [
    ...page('/components', {
      demand: 'read:components',
      query: ComponentsQuery,
      show: async ({ principal: { organization }, query }) => {
        const leaf = await readLeaf(house, componentLinesOf(organization), query)
        const names = leaf.items.map(({ name }) => name)
        const newest = Map.groupBy(await versionsOf(organization, names, perRow), ({ name }) => name)
        return <ComponentList {...{ leaf, query, newest }} />
      },
    }),
    ...form('/components/new', {
      demand: 'write:components',
      query: z.object({ from: Reference.optional() }),
      show: async ({ principal: { organization }, query, fields }) => {
        const from = referred(organization, query.from ?? fields.get('previousComponentId')?.at(-1))
        return <NewComponent from={from} {...(await suggestions(organization))} />
      },
      submit: async ask => {
        const { slug, name, version } = await ask.submit('components.create')
        return goTo(`/components/${slug}`, `${name} ${version} was created.`)
      },
    }),
    ...page('/components/{component}', {
      demand: 'read:components',
      show: async ask => {
        const { organization } = ask.principal
        const component = componentOf(ask)
        const named = { ...ListQuery.parse({ limit: 1 }), q: undefined }
        const [versions, releases, line] = await Promise.all([
          versionsOf(organization, [component.name], perCard),
          house.scan.all(newestReleasesWith, { component: component.id, limit: perCard }),
          readPage(house, componentsOf(organization, component.name), named),
        ])
        const previous = referred(organization, component.previousComponentId)
        return <ComponentPage {...{ component, previous, versions, versionsInAll: line.total, releases }} />
      },
    }),
    ...form('/components/{component}/edit', {
      demand: 'write:components',
      show: async ask => {
        const component = componentOf(ask)
        const { organization } = ask.principal
        const previous = referred(organization, component.previousComponentId)
        const { slugs } = await suggestions(organization)
        return <EditComponent {...{ component, previous, slugs }} />
      },
      submit: async ask => {
        const { slug, name, version } = await ask.submit('components.update')
        return goTo(`/components/${slug}`, `${name} ${version} was saved.`)
      },
    }),
    ...form('/components/{component}/delete', {
      demand: 'write:components',
      show: ask => {
        const { name, version, slug, revision } = componentOf(ask)
        const to = `/components/${slug}`
        return (
          <ConfirmDeletion
            {...{ kind: 'component', name: `${name} ${version}`, revision }}
            action={`${to}/delete`}
            cancel={to}
            above={[
              { to: '/components', name: 'Components' },
              { to, name: `${name} ${version}` },
            ]}
          >
            Only this version goes; it can only be deleted while no release has it. Versions that come after it come
            after the one before it then.
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name, version } = componentOf(ask)
        await ask.submit('components.delete')
        return goTo('/components', `${name} ${version} was deleted.`)
      },
    }),
  ]
}
