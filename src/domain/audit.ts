import { z } from 'zod'
import { type JsonObject, Metadata, Moment, rfc3339 } from './input.ts'

/** The kinds of audit entries, as the API names them and as rows keep them. Source: metering.md, "Audit trail". */
export const auditKinds = {
  read: { kind: 1, eventType: 'kaiten.v1.entitlement.value.get', status: 'ACCEPTED' },
  accepted: { kind: 2, eventType: 'kaiten.v1.entitlement.usage.report.accepted', status: 'ACCEPTED' },
  rejected: { kind: 3, eventType: 'kaiten.v1.entitlement.usage.report.rejected', status: 'REJECTED' },
} as const

export type AuditKind = keyof typeof auditKinds

export const auditKindNames = ['read', 'accepted', 'rejected'] as const satisfies AuditKind[]

const all = Object.values(auditKinds)
export const auditEventTypes = all.map(({ eventType }) => eventType)

/** The kinds that both filters leave; none where they contradict each other. */
export const kindsMatching = (eventType: string | undefined, status: string | undefined): number[] =>
  all
    .filter(
      each =>
        (eventType === undefined || each.eventType === eventType) && (status === undefined || each.status === status),
    )
    .map(({ kind }) => kind)

/** What a row's kind is called. */
export const kindNamed = (kind: number): AuditKind =>
  auditKindNames.find(name => auditKinds[name].kind === kind) ?? 'read'

export const AuditEntry = z.object({
  id: z.int(),
  eventType: z.enum(auditEventTypes),
  status: z.enum(['ACCEPTED', 'REJECTED']),
  instanceId: z.uuid(),
  entitlementId: z.uuid().nullable(),
  entitlementSlug: z.string().nullable(),
  payload: Metadata,
  principal: z.string(),
  occurredAt: Moment,
})

export interface AuditView {
  id: number
  instanceId: string
  entitlementId: string | null
  entitlementSlug: string | null
  kind: number
  payload: JsonObject
  principal: string
  occurredAt: number
}

export function auditEntryJson(row: AuditView): z.infer<typeof AuditEntry> {
  const { eventType, status } = all.find(({ kind }) => kind === row.kind) ?? auditKinds.read
  const { id, instanceId, entitlementId, entitlementSlug, payload, principal } = row
  return {
    id,
    eventType,
    status,
    instanceId,
    entitlementId,
    entitlementSlug,
    payload,
    principal,
    occurredAt: rfc3339(row.occurredAt),
  }
}

/** The UTC day of a moment, counted from 1970. */
export const dayOf = (epochMilliseconds: number): number => Math.floor(epochMilliseconds / 86_400_000)

// ---- full-text search

/** The words of a text as the search keeps and asks for them: runs of letters and digits, folded. */
export function wordsOf(text: string): string[] {
  // Most texts have nothing to fold.
  if (!/[^ -~\s]/.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return folded.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** What can be found of an entry: every value of its payload at any depth, and who made it. Names of members cannot. */
export const textOf = ({ payload, principal }: Pick<AuditView, 'payload' | 'principal'>): string =>
  `${leavesOf(payload)}${principal}`

function leavesOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return ''
  if (typeof value !== 'object') return `${value} `
  let text = ''
  for (const name in value) text += leavesOf((value as Record<string, unknown>)[name])
  return text
}

/**
 * Words of fewer letters are searched whole, longer ones by their beginning: too many words begin with "a" for all their
 * entries to be put together.
 */
export const fewestLettersToBegin = 3

/** Does every word begin some word of the text? So the search treats what it has indexed and what it has not yet alike. */
export function finds(words: readonly string[], text: string): boolean {
  const present = wordsOf(text)
  return words.every(word =>
    present.some(each => (word.length < fewestLettersToBegin ? each === word : each.startsWith(word))),
  )
}

/** What a file of the archive has: entries up to an id, of a time, under a name in the archive's folder. */
export const AuditArchive = z.strictObject({
  upTo: z.int(),
  entries: z.int(),
  from: Moment,
  until: Moment,
  file: z.string(),
  sha256: z.string(),
})
