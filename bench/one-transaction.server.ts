import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * The usual way: a transaction for each request, on the thread that serves HTTP, with statements prepared once. It does
 * what a usage report has to: read the grant, add to the meter, write journal, audit entry and the day's count, durably.
 */
const database = new Database(join(mkdtempSync(join(tmpdir(), 'kaiten-reference-')), 'reference.db'))
database.exec(`
  pragma journal_mode = wal; pragma synchronous = full;
  create table grants (instance text, entitlement text, "limit" real, primary key (instance, entitlement)) without rowid;
  create table meters (instance text, entitlement text, value real, count integer, primary key (instance, entitlement)) without rowid;
  create table journal (id integer primary key, instance text, entitlement text, value real, "before" real, "after" real, at integer);
  create table audit (id integer primary key, instance text, entitlement text, kind integer, payload text, at integer);
  create table days (instance text, entitlement text, day integer, accepted integer, last real, primary key (instance, entitlement, day)) without rowid;
  create index journal_by_meter on journal (instance, entitlement);
  create index audit_by_kind on audit (instance, kind, at);
  create index audit_by_entitlement on audit (instance, entitlement, kind, at);
  insert into grants values ('acme', 'calls', 1e15);
`)
const grant = database.prepare('select "limit" from grants where instance = ? and entitlement = ?')
const meter = database.prepare('select value, count from meters where instance = ? and entitlement = ?')
const add = database.prepare(
  'insert into meters values (?, ?, ?, ?) on conflict do update set value = excluded.value, count = excluded.count',
)
const journal = database.prepare(
  'insert into journal (instance, entitlement, value, "before", "after", at) values (?, ?, ?, ?, ?, ?)',
)
const audit = database.prepare('insert into audit (instance, entitlement, kind, payload, at) values (?, ?, ?, ?, ?)')
const day = database.prepare(
  'insert into days values (?, ?, ?, 1, ?) on conflict do update set accepted = accepted + 1, last = excluded.last',
)

const report = database.transaction((instance: string, entitlement: string, value: number) => {
  const { limit } = grant.get(instance, entitlement) as { limit: number }
  const before = (meter.get(instance, entitlement) as { value: number; count: number } | undefined) ?? {
    value: 0,
    count: 0,
  }
  const after = before.value + value
  if (after > limit) return { status: 'REJECTED' }
  const now = Date.now()
  add.run(instance, entitlement, after, before.count + 1)
  journal.run(instance, entitlement, value, before.value, after, now)
  audit.run(instance, entitlement, 2, JSON.stringify({ value, before: before.value, after }), now)
  day.run(instance, entitlement, Math.floor(now / 86_400_000), after)
  return { status: 'ACCEPTED', current_usage: after, limit, remaining: limit - after }
})

createServer((request, response) => {
  if (request.url === '/healthz') return response.end('{}')
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { value } = JSON.parse(Buffer.concat(chunks).toString()) as { value: number }
    const text = JSON.stringify(report.immediate('acme', 'calls', value))
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    response.end(text)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
