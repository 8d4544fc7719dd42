import { event } from '../domain/event.ts'
import { changeable, differing, matchRevision, mergeOf } from '../domain/merge.ts'
import { Organization, OrganizationDraft, type OrganizationRecord, organizationJson } from '../domain/organization.ts'
import { Problem } from '../domain/problem.ts'
import { organizationById, organizationBySlug, updateOrganizationRow } from '../store/organizations.ts'
import { bound, insertRow, type Statement } from '../store/query.ts'
import { action, done } from './action.ts'
import { freeSlug } from './slugs.ts'

const OrganizationChanges = OrganizationDraft.omit({ slug: true })
const OrganizationMerge = mergeOf(OrganizationChanges, Organization)

/**
 * Founds the organization that the principal names: its own, of which nothing exists yet. Only the program itself and
 * the person at the machine can be such a principal.
 */
export const createOrganization = action(
  'write:organizations',
  OrganizationDraft,
  async (tx, { principal, input, now }) => {
    if (principal.kind !== 'operator' && principal.kind !== 'appliance')
      throw new Problem('Auth.MissingScope', 'Organizations are founded with "kaiten org create".')
    const wish = { kind: 'organization', taken: 'Organization.SlugTaken', ...input } as const
    const row: OrganizationRecord = {
      id: principal.organization,
      name: input.name,
      slug: await freeSlug(tx, wish, holderOf),
      createdAt: now,
      updatedAt: now,
      revision: 1,
    }
    await tx.run(insertRow('organizations', row))
    const organization = organizationJson(row)
    return done(organization, event('ORGANIZATION_CREATION', organization))
  },
)

export const updateOrganization = action(
  'write:organizations',
  OrganizationMerge,
  async (tx, { principal, input, now, ifMatch }) => {
    const row = await tx.one(organizationById, { id: principal.organization })
    matchRevision(ifMatch, row)
    const wanted = changeable(input, OrganizationChanges, organizationJson(row))
    const { changes, names } = differing(row, wanted as Partial<OrganizationRecord>)
    if (names.length === 0) return done(organizationJson(row))
    const changed = { ...row, ...changes, updatedAt: now, revision: row.revision + 1 }
    await tx.run(updateOrganizationRow, changed)
    const organization = organizationJson(changed)
    return done(organization, event('ORGANIZATION_UPDATE', organization, names))
  },
)

const holderOf = (slug: string): Statement<{ id: string }> => bound(organizationBySlug, { slug })
