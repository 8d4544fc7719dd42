import { asIs } from './html.ts'
import { grouped } from './progress.tsx'

export interface Series {
  name: string
  /** One for each label. */
  values: readonly (number | null)[]
  /** A line that is not a measurement: a limit. */
  isDashed?: boolean | undefined
  /** Switched off at first. */
  isOff?: boolean | undefined
  colour?: 'blue' | 'green' | 'red' | 'yellow' | 'purple' | 'gray' | undefined
}

interface ChartProps {
  /** Keeps what is switched off when the chart is replaced by a newer one. */
  id?: string | undefined
  /** What is seen: "Usage reports per day" */
  title: string
  kind: 'line' | 'bars' | 'stacked'
  /** Along the axis: days as 2026-03-15. */
  labels: readonly string[]
  /** What a label names. */
  step?: string | undefined
  series: readonly Series[]
}

/** A drawing, and the same numbers as a table: for those who do not see it, and who have no script. */
export const Chart = ({ id, title, kind, labels, step = 'Day (UTC)', series }: ChartProps) => (
  <figure id={id} class="chart" data-chart={kind}>
    <div class="chart-canvas" hidden>
      <canvas role="img" aria-label={`${title}; the table below has the same numbers`} />
    </div>
    <script type="application/json">{asIs(inScript({ labels, step, series }))}</script>
    <details class="chart-numbers" open>
      <summary>{title} in numbers</summary>
      <section class="table-responsive" tabindex={0} aria-label={`${title} in numbers`}>
        <table class="table table-sm">
          <thead>
            <tr>
              <th scope="col">{step}</th>
              {series.map(({ name }) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {/* Of the longest charts, days on which nothing happened have no row: they would be half of their page. */}
            {labels.map(
              (label, index) =>
                (labels.length <= 60 || series.some(({ values }) => values[index])) && (
                  <tr>
                    <th scope="row">{label}</th>
                    {series.map(({ values }) => (
                      <td>{numberOrNothing(values[index] ?? null)}</td>
                    ))}
                  </tr>
                ),
            )}
          </tbody>
        </table>
      </section>
    </details>
  </figure>
)

const numberOrNothing = (value: number | null): string => (value === null ? '–' : grouped(value))

/** JSON in a script block: no text in it can end the block. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')
