const day = 86_400_000

/** How long a transactionId is remembered. Source: metering.md, "Reporting". */
export const transactionsFor = 35 * day

/** How long an Idempotency-Key is remembered. Source: api.md, "Idempotency". */
export const idempotencyKeysFor = day

/** The moments before which they may be forgotten; sessions and links are, once they have ended. */
export const forgettable = (now: number) => ({
  transactionsBefore: now - transactionsFor,
  keysBefore: now - idempotencyKeysFor,
  endedBefore: now,
})
