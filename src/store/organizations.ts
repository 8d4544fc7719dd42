import { q, query } from './query.ts'

export const organizationById = query((p: { id: string }) =>
  q.selectFrom('organizations').selectAll().where('id', '=', p.id),
)

export const organizationBySlug = query((p: { slug: string }) =>
  q.selectFrom('organizations').selectAll().where('slug', '=', p.slug),
)

/** The oldest first: the one that commands mean when they name none. */
export const allOrganizations = query((_: Record<never, never>) =>
  q.selectFrom('organizations').selectAll().orderBy('createdAt').orderBy('id').limit(1000),
)

export const updateOrganizationRow = query(
  (p: { id: string; name: string; slug: string; updatedAt: number; revision: number }) =>
    q
      .updateTable('organizations')
      .set({ name: p.name, slug: p.slug, updatedAt: p.updatedAt, revision: p.revision })
      .where('id', '=', p.id),
)
