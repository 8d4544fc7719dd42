/** A sentence for the operator about what was asked: nothing was changed. */
export class Refused extends Error {}

export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
