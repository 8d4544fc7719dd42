import type { FlagRecord, FlagRevisionRecord } from '../src/domain/flag.ts'
import type { Difference } from '../src/domain/flag-differences.ts'
import type { Page } from '../src/domain/list.ts'
import { DialogLink } from './action.tsx'
import { Empty } from './empty.tsx'
import { aboveOf, addressOf, FlagLayout } from './flag-layout.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Time } from './time.tsx'

/** Without differences it is the first that is known. */
type Revision = FlagRevisionRecord & { differences: readonly Difference[] | undefined }

interface FlagHistoryProps {
  flag: FlagRecord
  leaf: Page<Revision>
  query: ListView
}

export const FlagHistory = ({ flag, leaf, query }: FlagHistoryProps) => (
  <FlagLayout flag={flag}>
    <List
      of="revisions"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Revision', cell: ({ revision }) => <strong>{revision}</strong> },
        {
          title: 'What changed',
          cell: ({ differences }) =>
            differences ? <Differences of={differences} /> : <span class="text-secondary">created</span>,
        },
        { title: 'Who', cell: ({ principal }) => principal },
        { title: 'When', cell: ({ occurredAt }) => <Time of={occurredAt} /> },
        {
          title: 'Restore',
          cell: ({ revision }) =>
            revision === flag.revision ? (
              <span class="text-secondary">as it is now</span>
            ) : (
              <DialogLink to={`${addressOf(flag)}/restore?revision=${revision}`} icon="refresh">
                Restore
              </DialogLink>
            ),
        },
      ]}
      empty={<Empty icon="flag" title="No revisions are known" hint="Each change of the flag is kept from now on." />}
    />
  </FlagLayout>
)

/** What was, and what is instead. */
const Differences = ({ of }: { of: readonly Difference[] }) =>
  of.length === 0 ? (
    <span class="text-secondary">nothing that shows</span>
  ) : (
    <dl class="differences">
      {of.map(({ what, before, after }) => (
        <div>
          <dt>{what}</dt>
          {before !== undefined && (
            <dd>
              <del>{cut(before)}</del>
            </dd>
          )}
          {after !== undefined && (
            <dd>
              <ins>{cut(after)}</ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )

const longestShown = 400

const cut = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)} …` : text)

interface RestoreFlagProps {
  flag: FlagRecord
  then: FlagRevisionRecord
  /** From what it is now. */
  differences: readonly Difference[]
}

export const RestoreFlag = ({ flag, then, differences }: RestoreFlagProps) => (
  <Layout title={`Restore revision ${then.revision}`} above={aboveOf(flag)} isNarrow>
    <div class="card">
      <div class="card-body">
        <h2 class="dialog-title" id="dialog-title">
          Restore revision {then.revision} of <q>{flag.name}</q>?
        </h2>
        <p class="text-secondary">
          From <Time of={then.occurredAt} /> by {then.principal}. It becomes a new revision; none is lost. The next
          evaluation is by it.
        </p>
        {differences.length === 0 ? <p>It is the same as now.</p> : <Differences of={differences} />}
        <Form
          action={`${addressOf(flag)}/restore`}
          submit="Restore"
          cancel={`${addressOf(flag)}/history`}
          revision={flag.revision}
        >
          <input type="hidden" name="revision" value={then.revision} />
        </Form>
      </div>
    </div>
  </Layout>
)
