import { z } from 'zod'
import { Reference } from '../domain/input.ts'
import { License, LicenseType, licenseJson } from '../domain/license.ts'
import { type LicenseFilters, licenseAt, licensesOf } from '../store/licenses.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

const license = '/licenses/{license}'

const filters = {
  type: LicenseType.optional(),
  isActive: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional(),
  /** A family's slug. */
  family: Reference.optional(),
}

export const licenses = (house: House): Route[] => [
  list(house, '/licenses', {
    summary: 'List licenses',
    demand: 'read:licenses',
    answers: License,
    json: licenseJson,
    filters,
    source: ({ principal, query: { type, isActive, family } }) =>
      licensesOf(principal.organization, { type, isActive, family } as LicenseFilters),
  }),
  create(house, '/licenses', 'licenses.create', {
    summary: 'Create a license, or the next version of one',
    description:
      'A name that gives the slug of an existing family, or `familySlug`, makes the next version in that family. ' +
      'It starts with the grants of the latest version, with those of `copyGrantsFrom`, or with none where that is null.',
    answers: License,
    location: ({ slug }) => `/licenses/${slug}`,
  }),
  show(house, license, {
    summary: 'Show a license',
    demand: 'read:licenses',
    answers: License,
    json: licenseJson,
    notFound: 'License.NotFound',
    row: ({ principal, at }) => licenseAt(principal.organization, at.license),
  }),
  update(house, license, 'licenses.update', {
    summary: 'Change a license',
    description: 'Making it the default takes that from the license that was. The default license must stay active.',
    answers: License,
  }),
  remove(house, license, 'licenses.delete', 'Delete a license that no instance has, with its grants'),
]
