import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Distribution } from '../domain/distribution.ts'
import type { DiskWatch } from '../engine/disk.ts'
import type { Writer } from '../engine/writer.ts'
import type { Flags } from '../snapshot/flags.ts'
import type { Tokens } from '../snapshot/tokens.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Reports } from './reports.ts'
import type { Requests } from './requests.ts'
import type { Streams } from './sse.ts'

/** One value with its labels. */
export type Reading = [value: number, labels?: Record<string, string>]

/** What /metrics tells: read when it is asked for, and bounded in its labels. Names follow Prometheus' own rules. */
export interface Measure {
  name: string
  help: string
  labels?: readonly string[]
  /** What only grows, what goes up and down, and what is spread. */
  counter?: () => Iterable<Reading>
  gauge?: () => Iterable<Reading>
  histogram?: () => Iterable<[Distribution, labels?: Record<string, string>]>
}

/** Everything that is measured. */
export interface Measured {
  data: string
  version: string
  writer: Writer
  disk: DiskWatch
  tokens: Tokens
  flags: Flags
  streams: Streams
  rateLimit: RateLimit
  requests: Requests
  reports: Reports
}

/** What the server counts of its own work; what it counts of deliveries is src/courier/measures.ts. */
export const measures = (known: Measured): Measure[] => [
  ...ofRequests(known),
  ...ofFlags(known),
  ...ofTheWriter(known.writer),
  ...ofStorage(known),
]

const ofRequests = ({ requests, reports, rateLimit, streams }: Measured): Measure[] => [
  {
    name: 'kaiten_http_requests_total',
    help: 'Requests answered, by the template of their route.',
    labels: ['route', 'method', 'status'],
    *counter() {
      for (const [route, { answers }] of requests.routes)
        for (const [method, statuses] of answers)
          for (const [status, count] of statuses) yield [count, { route, method, status: String(status) }]
    },
  },
  {
    name: 'kaiten_http_request_duration_seconds',
    help: 'From the first byte of a request that was read to the end of its answer.',
    labels: ['route'],
    *histogram() {
      for (const [route, { latencies }] of requests.routes) yield [latencies, { route }]
    },
  },
  {
    name: 'kaiten_usage_reports_total',
    help: 'Usage reports by outcome: accepted, replayed, or refused with the code of the problem.',
    labels: ['outcome', 'code'],
    *counter() {
      yield [reports.accepted, { outcome: 'accepted', code: '' }]
      yield [reports.replayed, { outcome: 'replayed', code: '' }]
      for (const [code, count] of reports.refused) yield [count, { outcome: 'refused', code }]
    },
  },
  {
    name: 'kaiten_rate_limit_refusals_total',
    help: 'Requests answered 429, because their token made too many.',
    counter: () => [[rateLimit.refused]],
  },
  {
    name: 'kaiten_event_streams_open',
    help: 'OFREP event streams that are open.',
    gauge: () => [[streams.size]],
  },
]

const ofFlags = ({ flags, tokens, version }: Measured): Measure[] => [
  { name: 'kaiten_flags_loaded', help: 'Feature flags in memory.', gauge: () => [[flags.size]] },
  { name: 'kaiten_tokens_loaded', help: 'Tokens in memory.', gauge: () => [[tokens.size]] },
  {
    name: 'kaiten_unknown_flag_evaluations_total',
    help: 'Evaluations of flags that do not exist.',
    counter: () => [[flags.evaluations.unknown]],
  },
  {
    name: 'kaiten_info',
    help: 'The program; the value is always 1.',
    labels: ['version'],
    gauge: () => [[1, { version }]],
  },
]

const ofTheWriter = (writer: Writer): Measure[] => [
  { name: 'kaiten_commits_total', help: 'Batches committed.', counter: () => [[writer.batches]] },
  { name: 'kaiten_changes_total', help: 'Actions in committed batches.', counter: () => [[writer.jobs]] },
  { name: 'kaiten_commit_batch_size', help: 'Actions in a batch.', histogram: () => [[writer.sizes]] },
  {
    name: 'kaiten_commit_duration_seconds',
    help: 'A batch in the writer thread, from its begin to its durable commit.',
    histogram: () => [[writer.durations]],
  },
  {
    name: 'kaiten_writer_queue_length',
    help: 'Changes handed to the writer and not yet answered.',
    gauge: () => [[writer.waiting]],
  },
]

const ofStorage = ({ data, disk }: Measured): Measure[] => [
  {
    name: 'kaiten_database_bytes',
    help: 'Size of the database and of its write-ahead log.',
    labels: ['file'],
    gauge: () => [
      [sizeOf(join(data, 'kaiten.db')), { file: 'database' }],
      [sizeOf(join(data, 'kaiten.db-wal')), { file: 'wal' }],
    ],
  },
  {
    name: 'kaiten_disk_free_bytes',
    help: 'Room on the disk of the data directory, looked at every 5 seconds.',
    gauge: () => (Number.isFinite(disk.free) ? [[disk.free]] : []),
  },
  {
    name: 'kaiten_disk_floor_bytes',
    help: 'Room below which reports and changes are refused.',
    gauge: () => [[disk.floor]],
  },
]

/** Only asked for its size: the server never opens these files (see engine/lock.ts). */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0
