import { choiceOfRule, type FlagRecord } from '../src/domain/flag.ts'
import { choiceWords } from '../src/domain/flag-words.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { addressOf, FlagLayout } from './flag-layout.tsx'
import { shortly, VariantTable } from './flag-variants.tsx'
import { Notice } from './notice.tsx'
import { grouped } from './progress.tsx'
import { Badge } from './status.tsx'
import { Time } from './time.tsx'

interface FlagOverviewProps {
  flag: FlagRecord
  /** Name of the variant that everybody gets while the flag is off. */
  whenDisabled: string | undefined
  /** Evaluations since the server started, by reason. */
  evaluations: readonly { reason: string; count: number }[]
}

export const FlagOverview = ({ flag, whenDisabled, evaluations }: FlagOverviewProps) => (
  <FlagLayout flag={flag}>
    {whenDisabled !== undefined && (
      <Notice title={`It is off: everybody gets ${whenDisabled}`}>
        The value is <code class="value">{shownValue(flag, whenDisabled)}</code>, with the reason DISABLED. Turn the
        switch on and the rules below decide.
      </Notice>
    )}
    <Card title="What it serves" actions={<Action to={`${addressOf(flag)}/targeting`}>Targeting</Action>}>
      <Decisions flag={flag} />
    </Card>
    <VariantTable flag={flag} />
    <Card title="Details">
      <Definitions
        of={[
          ['Description', flag.description],
          ['Type', <Badge>{flag.type}</Badge>],
          ['Slug', <Copy text={flag.slug} />],
          ['Id', <Copy text={flag.id} />],
          ['Salt', flag.salt === null ? 'the slug' : <Copy text={flag.salt} />],
          ['Revision', <a href={`${addressOf(flag)}/history`}>{`${flag.revision}`}</a>],
          ['Evaluated since the start', <Evaluated {...{ evaluations }} />],
          ['Created', <By at={flag.createdAt} who={flag.createdBy} />],
          ['Changed', <By at={flag.updatedAt} who={flag.updatedBy} />],
        ]}
      />
    </Card>
    <Card title="Ask for it">
      <p class="text-secondary mb-0">
        Any OpenFeature SDK with an OFREP provider does, or a plain request. <code>targetingKey</code> is whoever is
        asked for: an instance, so that rules know its customer and license, or a user.
      </p>
      <Curl
        title="Evaluate it"
        method="POST"
        path={`/api/ofrep/v1/evaluate/flags/${flag.slug}`}
        body={{ context: { targetingKey: 'user-1' } }}
      />
    </Card>
  </FlagLayout>
)

const shownValue = ({ variants }: FlagRecord, name: string): string =>
  shortly(variants.find(each => each.name === name)?.value)

/** Rules in order and what is served where none is true. */
export const Decisions = ({ flag }: { flag: FlagRecord }) => (
  <ol class="decisions">
    {flag.targetingRules.map(rule => (
      <li>
        <strong>{rule.name}</strong>
        <div>
          if <code class="value">{rule.rule}</code>
        </div>
        <div>
          serve <strong>{choiceWords(choiceOfRule(rule))}</strong>
        </div>
      </li>
    ))}
    <li>
      {flag.targetingRules.length > 0 ? 'otherwise serve ' : 'serve everybody '}
      <strong>{choiceWords(flag.defaultVariant)}</strong>
    </li>
  </ol>
)

const Evaluated = ({ evaluations }: Pick<FlagOverviewProps, 'evaluations'>) =>
  evaluations.length === 0 ? (
    <span class="text-secondary">not yet</span>
  ) : (
    <span>{evaluations.map(({ reason, count }) => `${grouped(count)} ${reason}`).join(', ')}</span>
  )

const By = ({ at, who }: { at: number; who: string }) => (
  <>
    <Time of={at} /> by {who}
  </>
)
