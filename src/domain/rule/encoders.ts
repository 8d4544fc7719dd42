/** Base64. Source: encoders extension of cel-go. */
import { charge } from './frame.ts'
import type { FunctionTable } from './functions.ts'
import { CelError, noOverload } from './values.ts'

const alphabet = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

export const encoderFunctions: FunctionTable = {
  'base64.encode': {
    one: (frame, value) => {
      if (!(value instanceof Uint8Array)) return noOverload('base64.encode', value)
      charge(frame, value.length)
      return Buffer.from(value).toString('base64')
    },
  },
  'base64.decode': {
    one: (frame, value) => {
      if (typeof value !== 'string') return noOverload('base64.decode', value)
      charge(frame, value.length)
      return alphabet.test(value) ? new Uint8Array(Buffer.from(value, 'base64')) : new CelError('invalid base64')
    },
  },
}
