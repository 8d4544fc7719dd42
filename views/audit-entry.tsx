import { type AuditView, auditKinds, kindNamed } from '../src/domain/audit.ts'
import { auditSummary } from '../src/domain/audit-summary.ts'
import { EntryStatus, EventType } from './audit-words.tsx'
import { Copy } from './copy.tsx'
import { Definitions } from './definitions.tsx'
import { crumbsTo, type InstanceHead, instanceAddress } from './instance-layout.tsx'
import { Json } from './json.tsx'
import { Layout } from './layout.tsx'
import { Time } from './time.tsx'

/** One entry with all that was written down. Opens in a dialog over the log. */
export const AuditEntryPage = ({ head, entry }: { head: InstanceHead; entry: AuditView }) => (
  <Layout
    title={`Entry ${entry.id}`}
    above={[...crumbsTo(head), { to: instanceAddress(head.instance, 'audit-trail'), name: 'Audit trail' }]}
    isNarrow
  >
    <div class="card">
      <div class="card-body entry">
        <h2 class="dialog-title" id="dialog-title">
          Entry {entry.id}
        </h2>
        <p class="entry-summary">{auditSummary(entry)}</p>
        <Definitions
          of={[
            ['Event type', <EventType kind={entry.kind} />],
            ['Status', <EntryStatus kind={entry.kind} />],
            ['Entitlement', entry.entitlementSlug ? <Copy text={entry.entitlementSlug} /> : 'several at once'],
            ['Time', <Time of={entry.occurredAt} isExact />],
            ['By', entry.principal],
            ['In the API', <code>{auditKinds[kindNamed(entry.kind)].eventType}</code>],
          ]}
        />
        <h3>Payload</h3>
        <Json value={entry.payload} label="Payload" />
        <div class="form-buttons">
          <a class="btn" href={instanceAddress(head.instance, 'audit-trail')} data-close>
            Close
          </a>
        </div>
      </div>
    </div>
  </Layout>
)
