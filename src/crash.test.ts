import { randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  acts,
  asking,
  callers,
  customers,
  environment,
  everyOne,
  type LoadAct,
  sell,
  sound,
  succeeded,
  token,
} from './test-load.ts'
import { type BuiltProgram, builtProgram } from './test-program.ts'

/** Rounds of load and SIGKILL; many more by `CRASH_ROUNDS=1000 vitest run src/crash`. */
const rounds = Number(process.env.CRASH_ROUNDS ?? 5)

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-crash-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

test(`${rounds} times killed under load, the program loses nothing that it acknowledged and does nothing twice`, async () => {
  const done = new Map(acts.map(act => [act, new Map<string, Answer>()]))
  const unknown = new Map(acts.map(act => [act, new Set<string>()]))
  for (let round = 0; round < rounds; round++) {
    const server = await program.serve(data, environment)
    const ask = asking(server.url)
    if (round === 0) {
      await sell(ask)
      done.get(customers)?.set('acme', await customers.attempt(ask, 'acme'))
    }
    for (const act of acts) {
      for (const n of unknown.get(act) ?? []) done.get(act)?.set(n, await succeeded(act.attempt(ask, n)))
      unknown.get(act)?.clear()
      await act.check(ask, done.get(act) ?? new Map())
    }
    expect(sound(data)).toBe('ok')

    let alive = true
    const caller = async (number: number) => {
      for (let attempt = 0; alive; attempt++) {
        const act = acts[(number + attempt) % acts.length] as LoadAct
        const n = `${round}-${number}-${attempt}`
        unknown.get(act)?.add(n)
        const answer = await act.attempt(ask, n).catch(() => undefined)
        if (!answer) return
        unknown.get(act)?.delete(n)
        done.get(act)?.set(n, await succeeded(answer))
      }
    }
    const load = Array.from({ length: callers }, (_, number) => caller(number))
    await wait(randomInt(30, 600))
    expect(await server.end('SIGKILL')).toBeNull()
    alive = false
    await Promise.all(load)
  }

  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  for (const act of acts) {
    const settled = done.get(act) ?? new Map()
    for (const n of unknown.get(act) ?? []) settled.set(n, await succeeded(act.attempt(ask, n)))
    await act.check(ask, settled)
    expect(settled.size, act.name).toBeGreaterThan(rounds * callers)
  }
  expect(sound(data)).toBe('ok')
  expect(statSync(join(data, 'kaiten.sock')).mode & 0o777).toBe(0o600)
  expect(await program.run('org', 'list', '--data', data)).toMatchObject({ code: 0, out: /^default / })
  expect(await server.end('SIGTERM')).toBe(0)
  expect(readdirSync(data).sort()).toEqual(['kaiten.db', 'kaiten.key', 'kaiten.lock', 'kaiten.state'])
})

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
  await wait(300)
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
  const server = await program.serve(data, environment)
  const size = statSync(join(data, 'kaiten.db')).size
  writeFileSync(join(data, 'kaiten.db'), Buffer.alloc(size, 0xff), { flag: 'r+' })
  const ask = asking(server.url)
  expect(await ask('POST', '/api/customers', { name: 'Late' })).toMatchObject({
    status: 503,
    body: { code: 'Storage.Failed' },
  })
  expect(await server.ended).toBe(1)
  expect(server.log()).toMatch(/SQLITE_(CORRUPT|NOTADB)/)
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
