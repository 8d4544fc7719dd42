import { gzipSync } from 'node:zlib'
import type { Chance } from './fuzz.values.ts'

/** For tests: how a request is put on the wire, and what can be wrong with that. */

/** Whether a request strays here, for a share of those that stray at all. */
export type Strays = (share: number) => boolean

/** Headers that have nothing to do with the body. */
export function oddHeaders(chance: Chance, at: Strays): Record<string, string> {
  const headers: Record<string, string> = {}
  const keys = ['retry', `key-${chance.whole(1e9)}`, 'k'.repeat(255), 'k'.repeat(256), '', ' ', 'é']
  if (chance.happens(0.08)) headers['Idempotency-Key'] = at(0.5) ? chance.one(keys) : `key-${chance.whole(200)}`
  if (at(0.1)) headers['If-Match'] = chance.one(tags)
  if (at(0.05)) headers['X-Request-Id'] = chance.one(['mine', 'x'.repeat(500), 'a b', '{}', 'é'])
  if (at(0.02)) headers.Authorization = chance.one(['', 'Bearer', 'Bearer ksh_x', 'Basic Og==', 'bearer  ', 'Bearer é'])
  if (at(0.02)) headers.Accept = chance.one(['text/html', '*/*;q=0', 'x'])
  return headers
}

/** A body of JSON text as bytes, with the headers that say so, or say otherwise. */
export function encodedOf(chance: Chance, json: string, at: Strays) {
  const headers: Record<string, string> = { 'Content-Type': at(0.03) ? chance.one(contentTypes) : 'application/json' }
  let body: Buffer = at(0.06) ? Buffer.from(chance.one(spoilt)(json), 'latin1') : Buffer.from(json)
  if (chance.happens(0.03)) {
    headers['Content-Encoding'] = at(0.5) ? chance.one(['br', 'gzip, gzip', 'deflate', 'x', '']) : 'gzip'
    if (!at(0.3)) body = gzipSync(body)
  }
  if (at(0.002)) body = Buffer.alloc(1_100_000, ' ')
  return { headers, body }
}

const tags = ['"1"', '*', 'W/"1"', '""', '"x", "2"', '1', ',,,', 'é'.repeat(50)]

const contentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'multipart/form-data',
  '',
  'application/vnd.api+json',
  ';',
  'x'.repeat(3000),
]

/** JSON text that is none any more, or says what no value can. */
const spoilt: readonly ((json: string) => string)[] = [
  json => json.slice(0, -1),
  json => json.slice(0, json.length >> 1),
  json => `\u00ef\u00bb\u00bf${json}`,
  json => `${json}${json}`,
  json => json.replace(/"[^"]*"/, '"\xff\xfe"'),
  json => json.replace(/:\s*[^,}]+/, ':1e999'),
  json => json.replace(/:\s*[^,}]+/, ':-1e999'),
  json => json.replace(/:\s*[^,}]+/, ':NaN'),
  json => json.replace('{', '{"__proto__":{"polluted":1},'),
  json => json.replace('{', '{"constructor":{"prototype":{}},'),
  json => json.replace(/"(\w+)":/, '"$1":1,"$1":'),
  json => json.replace('}', ',}'),
  () => '['.repeat(100_000),
  () => `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  () => '\x00',
  () => '   ',
  () => '"text"',
  () => '1',
]
