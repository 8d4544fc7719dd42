import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { faster, inTurns, type Load, type Row, run, start, token, warmUp } from './harness.ts'
import { oneFlag, withFlags } from './ofrep.ts'
import { quantile } from './pace.ts'
import type { Order, Reported } from './reporter.server.ts'
import { meter, prepare } from './usage.ts'

const perSecond = 1600

/** Goal 11: evaluating one flag as often as can be while usage is reported at an even pace, against the same without. */
export async function beside(rounds: number, seconds: number): Promise<Row[]> {
  const kaiten = await withFlags(10)
  const reporter = await start('reporter', 'bench/reporter.server.ts')
  try {
    await prepare(kaiten)
    const load: Load = { ...oneFlag, connections: 32, seconds }
    const reports: Reported[] = []
    const withReports = async () => {
      const order: Order = { origin: `http://127.0.0.1:${kaiten.port}`, path: meter, token, perSecond }
      reporter.process.send(order)
      // The first of them open their connections.
      await wait(500)
      const measured = run(kaiten, load)
      reporter.process.send('end')
      reports.push(((await once(reporter.process, 'message')) as [Reported])[0])
      return measured
    }
    warmUp(kaiten, load)
    await withReports()
    reports.length = 0
    const { product, reference, ratio } = await inTurns(withReports, () => run(kaiten, load), rounds)
    const row = (what: string, wanted: string, of: Parameters<typeof ratio>[0]): Row => {
      return { goal: '11', what, product, reference, against: 'without them', ratio: ratio(of), wanted }
    }
    return [
      row(`single flag beside ${perSecond} reports/s, whose µs are in it: requests/s`, '≥ 0.85', faster),
      row('the same, p99', '≤ 1.3', (both, alone) => both.p99 / alone.p99),
      pace(reports),
    ]
  } finally {
    await Promise.all([kaiten, reporter].map(server => server.stop()))
  }
}

/** Whether the reports came as often as they should. */
function pace(reports: Reported[]): Row {
  const took = reports.flatMap(each => each.took)
  const reached = took.length / reports.reduce((sum, { seconds }) => sum + seconds, 0)
  const refused = reports.reduce((sum, each) => sum + each.refused, 0)
  const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)].map(each => each.toFixed(1))
  return {
    goal: '–',
    what: 'usage reports beside the flag',
    product: `${reached.toFixed(0)}/s · ${refused} refused · p50 ${p50} ms · p99 ${p99} ms`,
    reference: `${perSecond}/s`,
    against: 'pace',
    ratio: reached / perSecond,
    wanted: '≥ 1.00',
  }
}
