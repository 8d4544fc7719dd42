import { Card } from './card.tsx'
import { Table } from './table.tsx'

/** What rules may say. Each word is put where the cursor is, by public/rules.ts. */
export const RuleWords = () => (
  <Card title="What rules can say" isFlush>
    <div class="rule-words">
      <p class="text-secondary mb-0">
        A rule is an expression in <abbr title="Common Expression Language">CEL</abbr> that is true or false. It reads
        whatever the app sends as its context, by name: <code>plan</code>, <code>user.country</code>. For an instance
        (its slug in <code>tenantSlug</code> or <code>targetingKey</code>) it knows the facts below as well.
      </p>
      <details>
        <summary>Facts of the instance</summary>
        <Words label="facts of the instance" of={facts} />
      </details>
      <details>
        <summary>Functions and examples</summary>
        <Words label="functions" of={functions} />
      </details>
    </div>
  </Card>
)

type Word = readonly [text: string, meaning: string]

const Words = ({ label, of }: { label: string; of: readonly Word[] }) => (
  <Table
    label={label}
    rows={of}
    columns={[
      {
        title: 'Write',
        cell: ([text]) => (
          <button type="button" class="word" data-insert={text}>
            <code>{text}</code>
          </button>
        ),
      },
      { title: 'Means', cell: ([, meaning]) => meaning },
    ]}
  />
)

const facts: readonly Word[] = [
  ['__kaiten.customer.slug', 'also id, name, externalCustomerId'],
  ['__kaiten.instance.slug', 'also id, name'],
  ['__kaiten.instance.metadata.region', 'any member of the metadata'],
  ['__kaiten.license.type', 'COMMUNITY, TRIAL, DEVELOPMENT or PAID'],
  ['__kaiten.license.family', 'also slug: family with its version'],
  ['__kaiten.license.active', 'false before it starts and after it ends'],
  ['__kaiten.license.endsAt', 'a time, null where it never ends; also startsAt'],
  ['__kaiten.zone.slug', 'also type (SHARED, DEDICATED) and release; no zone, no member'],
  ['__kaiten.entitlements["api-calls"].enabled', 'of any entitlement, by its slug'],
  ['__kaiten.entitlements["api-calls"].remaining', 'of quotas; also limit, used, unlimited, percentage (0 to 100)'],
  ['__kaiten.entitlements["theme"].value', 'of a CONFIG entitlement'],
]

const functions: readonly Word[] = [
  ['plan == "pro"', 'equal; != is not equal; < <= > >= compare numbers, texts and times'],
  ['country in ["JP", "DE"]', 'one of several'],
  ['&& || !', 'and, or, not'],
  ['has(user.plan)', 'whether it is there at all'],
  ['email.endsWith("@example.com")', 'also startsWith, contains, size()'],
  ['version.matches("^2[.]")', 'a regular expression (RE2)'],
  ['roles.exists(role, role == "admin")', 'any of a list; all() is every one'],
  ['now > timestamp("2026-04-01T00:00:00Z")', 'from a moment on'],
  ['__kaiten.license.endsAt - now < duration("720h")', 'less than 30 days left'],
]
