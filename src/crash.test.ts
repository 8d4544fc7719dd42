import { randomInt } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, asking, callers, environment, everyOne, token } from './test-load.ts'
import { type BuiltProgram, builtProgram } from './test-program.ts'
import { Witness } from './test-witness.ts'

/** Rounds of load and SIGKILL; many more by `CRASH_ROUNDS=1000 vitest run src/crash`. */
const rounds = Number(process.env.CRASH_ROUNDS ?? 20)
/** On a busy machine a round took ten seconds. */
const timeout = rounds * 30_000
/** Everything is compared after every kill, which takes longer the more there is. */
const roundsPerDirectory = 25

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-crash-'))
const copies = mkdtempSync(join(tmpdir(), 'kaiten-crash-copies-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  for (const place of [data, copies]) rmSync(place, { recursive: true, force: true })
})

test(`${rounds} times killed under load, the program loses nothing that it acknowledged and does nothing twice`, {
  timeout,
}, async () => {
  let [acknowledged, reports] = [0, 0]
  for (let begun = 0; begun < rounds; begun += roundsPerDirectory) {
    rmSync(data, { recursive: true, force: true })
    const witness = await killed(Math.min(rounds - begun, roundsPerDirectory))
    acknowledged += witness.acknowledgedCount
    reports += witness.acknowledgedReports
    const ended = Math.min(begun + roundsPerDirectory, rounds)
    // Whatever else the witness had seen would have thrown. bench/kills.ts reads this line.
    process.stdout.write(
      `killed ${ended} times: ${acknowledged} acknowledged, ${reports} of them usage reports, 0 lost, 0 twice\n`,
    )
  }
  expect(acknowledged).toBeGreaterThan(rounds * callers)
  expect(readdirSync(data).sort()).toEqual(['kaiten.db', 'kaiten.key', 'kaiten.lock', 'kaiten.state'])
})

/** So many times in one directory, which has then ended cleanly. Resolves with who remembers what was acknowledged. */
async function killed(times: number): Promise<Witness> {
  const witness = new Witness()
  for (let round = 0; round < times; round++) {
    const server = await program.serve(data, environment)
    const ask = asking(server.url)
    if (round === 0) await witness.begin(ask)
    await witness.settleOn(data, ask)
    const load = witness.load(ask)
    await wait(randomInt(30, 600))
    expect(await server.end('SIGKILL')).toBeNull()
    await load
  }
  const server = await program.serve(data, environment)
  await witness.settleOn(data, asking(server.url))
  expect(statSync(join(data, 'kaiten.sock')).mode & 0o777).toBe(0o600)
  expect(await program.run('org', 'list', '--data', data)).toMatchObject({ code: 0, out: /^default / })
  expect(await server.end('SIGTERM')).toBe(0)
  return witness
}

test('asked to end under load, the program finishes what it has begun, and ends', async () => {
  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  const acknowledged: unknown[] = []
  const caller = async (number: number) => {
    for (let n = 0; ; n++) {
      const answer = await ask('POST', '/api/customers', { name: `Last ${number} ${n}` }).catch(() => ({
        status: 0,
        body: {} as Answer['body'],
      }))
      if (answer.status === 201) acknowledged.push(answer.body.id)
      else return answer.body.code
    }
  }
  const load = Array.from({ length: callers }, (_, number) => caller(number))
  const stubborn = Array.from({ length: 4 }, () => neverIdle(server.url))
  while (acknowledged.length <= callers) await wait(100)
  expect(await server.end('SIGTERM')).toBe(0)
  await Promise.all([...load, ...stubborn])
  const again = await program.serve(data, environment)
  const found = new Set((await everyOne(asking(again.url), '/api/customers')).map(({ id }) => id))
  expect(acknowledged.length).toBeGreaterThan(callers)
  expect(acknowledged.filter(id => !found.has(id))).toEqual([])
  expect(await again.end('SIGTERM')).toBe(0)
})

test('a second program on the same data is refused with a sentence, and the first goes on', async () => {
  const server = await program.serve(data, environment)
  const second = await program.run('serve', '--data', data, '--port', '0')
  expect(second).toMatchObject({ code: 5, out: '' })
  expect(second.error).toBe(`Another Kaiten process works in ${data}. Stop it first, or choose another --data.\n`)
  expect((await asking(server.url)('GET', '/api/me')).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('data that is a file is refused with a sentence', async () => {
  const file = join(data, 'file')
  writeFileSync(file, '')
  expect(await program.run('serve', '--data', file)).toEqual({
    code: 5,
    out: '',
    error: `${file} is a file; --data must name a directory.\n`,
  })
  rmSync(file)
})

test('a file that is damaged while it is served is answered with 503, and ends the program', async () => {
  // After a clean stop: after another the program looks through the file by itself, and may be the first to see it.
  expect(await (await program.serve(data, environment)).end('SIGTERM')).toBe(0)
  // Where its own clockwork comes upon the damage first, it has ended before it reads what it is asked.
  let answer: Answer | undefined
  for (let attempt = 0; attempt < 5 && !answer; attempt++) {
    const copy = join(copies, String(attempt))
    cpSync(data, copy, { recursive: true })
    const server = await program.serve(copy, environment)
    // What it looks at each second it has looked at by then, and keeps.
    await wait(2500)
    const size = statSync(join(copy, 'kaiten.db')).size
    writeFileSync(join(copy, 'kaiten.db'), Buffer.alloc(size, 0xff), { flag: 'r+' })
    answer = await asking(server.url)('POST', '/api/customers', { name: 'Late' }).catch(() => undefined)
    expect(await server.ended).toBe(1)
    expect(server.log()).toMatch(/SQLITE_(CORRUPT|NOTADB)|database disk image is malformed/)
  }
  expect(answer).toMatchObject({ status: 503, body: { code: 'Storage.Failed' } })
})

/** A connection that asks again with every answer, each of which takes a commit, until the other end closes it. */
function neverIdle(url: string): Promise<unknown> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const body = '{"name":"Taken","slug":"bootstrap"}'
  const head = `POST /api/service-accounts HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${token}\r\n`
  const again = () => socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
  socket
    .on('connect', again)
    .on('data', again)
    .on('error', () => undefined)
  return new Promise(resolve => socket.on('close', resolve))
}
