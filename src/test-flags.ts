import type { TestHouse } from './test-house.ts'

/** Flags of a house by the API, for tests of what the console makes of them. The house may not be open yet. */
export const flagsOf = (house: () => Pick<TestHouse, 'get' | 'post'>) => ({
  flagOf: async (slug: string) => (await house().get(`/api/feature-flags/${slug}`)).body,

  /** A boolean flag of two variants, named like its slug. */
  make: (slug: string, more: object = {}) =>
    house().post('/api/feature-flags', { name: slug, slug, type: 'boolean', ...more }),
})
