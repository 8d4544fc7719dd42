import { isId } from '../domain/slug.ts'
import { bound, type Query, q, query, type Statement } from './query.ts'
import type { Tables } from './tables.ts'

/** Wherever a slug is accepted an id is too. A slug never looks like an id, so the text alone decides. */
type Named = 'customers' | 'entitlements' | 'licenses' | 'components' | 'service_accounts'

export function at<P extends { reference: string }, Row>(
  byId: Query<P, Row>,
  bySlug: Query<P, Row>,
  values: P,
): Statement<Row> {
  if (!isId(values.reference)) return bound(bySlug, values)
  return bound(byId, { ...values, reference: values.reference.toLowerCase() })
}

type Place = { organization: string; reference: string }

function rowAt<T extends Named>(table: T) {
  const by = (column: 'id' | 'slug') =>
    query((p: Place) =>
      q
        .selectFrom(table as 'customers')
        .selectAll()
        .where('organizationId', '=', p.organization)
        .where(column, '=', p.reference),
    ) as unknown as Query<Place, Tables[T]>
  const byId = by('id')
  const bySlug = by('slug')
  return (organization: string, reference: string): Statement<Tables[T]> =>
    at(byId, bySlug, { organization, reference })
}

export const customerAt = rowAt('customers')
export const entitlementAt = rowAt('entitlements')
export const licenseAt = rowAt('licenses')
export const componentAt = rowAt('components')
export const serviceAccountAt = rowAt('service_accounts')
