import { hasCompiler, ImitatedDisk } from '../src/test-disk.ts'
import { faster, inTurns, type Load, type Row, run, start, startKaiten, warmUp } from './harness.ts'
import { meter, prepare } from './usage.ts'

/** Goals 8 and 9: what a disk is like that takes 2 ms more for each fsync, as many rented ones do. */
export async function slowDisk(rounds: number, seconds: number): Promise<Row[] | string> {
  if (!hasCompiler) return 'The slow disk needs a C compiler: apt-get install gcc libc6-dev'
  using disk = new ImitatedDisk()
  disk.order({ syncMilliseconds: 2 })
  const kaiten = await startKaiten(disk.environment)
  const one = await start('one transaction per request', 'bench/one-transaction.server.ts', undefined, disk.environment)
  try {
    await prepare(kaiten)
    const load: Load = { path: meter, body: '{"value":1}', connections: 64, seconds }
    for (const server of [kaiten, one]) warmUp(server, load)
    const { product, reference, ratio } = await inTurns(
      () => run(kaiten, load),
      () => run(one, load),
      rounds,
    )
    return [
      {
        goal: '8',
        what: 'durable usage reports, 64 connections, 2 ms more for each fsync',
        ...{ product, reference, against: one.name },
        ratio: ratio(faster),
        wanted: '≥ 15',
      },
      {
        goal: '9',
        what: 'p99 of 8, against p50 of 8',
        product: `p99 ${product.p99.toFixed(1)} ms`,
        reference: `p50 ${product.p50.toFixed(1)} ms`,
        against: 'kaiten',
        ratio: ratio(ours => ours.p99 / ours.p50),
        wanted: '≤ 4',
      },
    ]
  } finally {
    await Promise.all([kaiten, one].map(server => server.stop()))
  }
}
