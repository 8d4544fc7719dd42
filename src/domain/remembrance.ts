const day = 86_400_000

/** How long a transactionId is remembered. Source: metering.md, "Reporting". */
export const transactionsFor = 35 * day

/** How long an Idempotency-Key is remembered. Source: api.md, "Idempotency". */
export const idempotencyKeysFor = day

/** The moments before which both may be forgotten. */
export const forgettable = (now: number) => ({
  transactionsBefore: now - transactionsFor,
  keysBefore: now - idempotencyKeysFor,
})
