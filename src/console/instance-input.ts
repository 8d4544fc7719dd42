import type { Fields } from '../domain/form.ts'
import { invalid } from '../domain/problem.ts'

/** What the forms of instances say in fields of their own, as members of the action's input. */
export const instanceInput = (fields: Fields, { isNew = false } = {}): object => ({
  ...endOf(fields, isNew),
  ...metadataOf(fields),
})

/** An empty end would be null, which never ends: that is said by the switch alone. */
function endOf(fields: Fields, isNew: boolean): { endLicenseDate?: null | undefined } {
  if (lastOf(fields, '_neverEnds') === 'true') return { endLicenseDate: null }
  if (lastOf(fields, 'endLicenseDate')) return {}
  if (isNew) return { endLicenseDate: undefined }
  throw invalid({ location: 'body.endLicenseDate', message: 'is needed, unless the license never ends' })
}

/** The text, where there is any, takes the place of the rows. */
function metadataOf(fields: Fields): { metadata?: unknown } {
  const text = lastOf(fields, '_metadataJson')
  if (!text) return {}
  try {
    return { metadata: JSON.parse(text) }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw invalid({ location: 'body._metadataJson', message: `is not JSON: ${why}` })
  }
}

const lastOf = (fields: Fields, name: string): string => fields.get(name)?.at(-1)?.trim() ?? ''
