import { Component, ComponentDraft, type ComponentRecord, componentJson } from '../domain/component.ts'
import { event } from '../domain/event.ts'
import { holders } from '../domain/holders.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import {
  componentAt,
  componentOfVersion,
  componentsAfter,
  lineOfComponent,
  releasesWithComponent,
} from '../store/components.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { action, done } from './action.ts'
import { merge } from './merge.ts'
import { freeSlug } from './slugs.ts'

const ComponentChanges = ComponentDraft.omit({ slug: true })
const ComponentMerge = mergeOf(ComponentChanges, Component)
const changed = { table: 'components', event: 'COMPONENT_UPDATE', json: componentJson } as const

export const createComponent = action(
  'write:components',
  ComponentDraft,
  async (tx, { principal, input, now, newId }) => {
    const { organization } = principal
    const { name, version, slug } = input
    await versionMustBeFree(tx, organization, input)
    const wish = { kind: 'component', taken: 'Component.SlugTaken', slug, name: `${name} ${version}` } as const
    const row: ComponentRecord = {
      id: newId(),
      organizationId: organization,
      name,
      version,
      slug: await freeSlug(tx, wish, candidate => componentAt(organization, candidate)),
      description: input.description ?? null,
      previousComponentId: (await previous(tx, organization, input.previousComponentId)) ?? null,
      ...stamped(principal, now),
    }
    await tx.run(insertRow('components', row))
    const created = componentJson(row)
    return done(created, event('COMPONENT_CREATION', created))
  },
)

export const updateComponent = action(
  'write:components',
  ['component'],
  ComponentMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const { organization } = principal
    const row = await component(tx, organization, at.component)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, ComponentChanges, componentJson(row))
    const { name = row.name, version = row.version } = wanted
    if (name !== row.name || version !== row.version) await versionMustBeFree(tx, organization, { name, version })
    const previousComponentId = await previous(tx, organization, wanted.previousComponentId, row)
    return merge(tx, { principal, now }, row, { ...wanted, previousComponentId }, changed)
  },
)

/** Those that came after it come after its own predecessor then. */
export const deleteComponent = action(
  'write:components',
  ['component'],
  Nothing,
  async (tx, { principal, at, now, ifMatch }) => {
    const row = await component(tx, principal.organization, at.component)
    matchRevision(ifMatch, row)
    const releases = await tx.all(releasesWithComponent, { component: row.id })
    if (releases.length > 0)
      throw new Problem('Component.InUse', `${row.slug} is part of ${holders(releases, 'release')}.`)
    const { previousComponentId } = row
    const mended = []
    for (const after of await tx.all(componentsAfter, { component: row.id }))
      mended.push(...(await merge(tx, { principal, now }, after, { previousComponentId }, changed)).events)
    await tx.run(deleteRow('components', row))
    return done(undefined, ...mended, event('COMPONENT_DELETION', componentJson(row)))
  },
)

export const component = async (tx: Tx, organization: string, reference: string): Promise<ComponentRecord> =>
  found(await tx.find(componentAt(organization, reference)), 'Component.NotFound')

async function versionMustBeFree(
  tx: Tx,
  organization: string,
  { name, version }: Pick<ComponentRecord, 'name' | 'version'>,
): Promise<void> {
  if (!(await tx.find(componentOfVersion, { organization, name, version }))) return
  throw new Problem('Component.VersionTaken', `There is a version ${version} of ${name} already.`, {
    errors: [{ location: 'body.version', message: 'is taken', value: version }],
  })
}

/** The id of the component that a reference names. Throws 422 where it names none, or one that comes after `row`. */
async function previous(
  tx: Tx,
  organization: string,
  reference: string | null | undefined,
  row?: ComponentRecord,
): Promise<string | null | undefined> {
  if (typeof reference !== 'string') return reference
  const location = 'body.previousComponentId'
  const named = await tx.find(componentAt(organization, reference))
  if (!named) throw invalid({ location, message: 'names no component', value: reference })
  const line = row ? await tx.all(lineOfComponent, { id: named.id }) : []
  if (line.some(({ id }) => id === row?.id))
    throw invalid({ location, message: 'names the component itself or one that comes after it', value: reference })
  return named.id
}
