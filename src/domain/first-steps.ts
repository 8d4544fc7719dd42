/** What there is of all that a first report needs: a slug of each. */
export interface FirstSteps {
  entitlement: string | null
  /** One that grants something. */
  license: string | null
  /** The newest, whatever it grants. */
  empty: string | null
  customer: string | null
  instance: string | null
  token: string | null
}
