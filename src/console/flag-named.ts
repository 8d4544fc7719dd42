import type { FlagRecord } from '../domain/flag.ts'
import { found } from '../domain/problem.ts'
import { featureFlagAt } from '../store/feature-flags.ts'
import type { House } from '../web/house.ts'
import type { Ask } from './page.ts'

/** The flag that an address names. */
export const flagOf = (house: House, { principal, at }: Pick<Ask, 'principal' | 'at'>): FlagRecord =>
  found(house.read.find(featureFlagAt(principal.organization, at.flag)), 'FeatureFlag.NotFound')
