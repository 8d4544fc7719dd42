import { type AuditKind, auditKinds, kindNamed } from '../src/domain/audit.ts'
import { Status } from './status.tsx'

/** What the kinds of audit entries are called, and what each is. */
export const kindWords: Record<AuditKind, { name: string; colour: 'blue' | 'green' | 'red'; means: string }> = {
  read: {
    name: 'Entitlement read',
    colour: 'blue',
    means: 'An app asked what it may do, or how much is left. Nothing was counted.',
  },
  accepted: {
    name: 'Usage accepted',
    colour: 'green',
    means: 'A report was counted: the use after it is within the limit, or it gave something back.',
  },
  rejected: {
    name: 'Usage rejected',
    colour: 'red',
    means:
      'A report was refused, for it would have passed the limit or the license was not active. Use stayed as it was.',
  },
}

/** Its name, with the colour that it has in the charts. */
export const EventType = ({ kind }: { kind: number }) => {
  const { name, colour } = kindWords[kindNamed(kind)]
  return <span class={`event-type event-type-${colour}`}>{name}</span>
}

export const EntryStatus = ({ kind }: { kind: number }) => {
  const { status } = auditKinds[kindNamed(kind)]
  return <Status is={status === 'ACCEPTED' ? 'good' : 'bad'}>{status.toLowerCase()}</Status>
}
