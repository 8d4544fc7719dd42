import { randomInt } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Disk, hasCompiler, ImitatedDisk, MountedDisk } from './test-disk.ts'
import { type Ask, asking, callers, environment, sound } from './test-load.ts'
import { type BuiltProgram, builtProgram, type ServingProgram } from './test-program.ts'
import { Witness } from './test-witness.ts'

/** What becomes of a house whose disk fails, is slow, is full or can only be read. */
let program: BuiltProgram
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(() => program[Symbol.asyncDispose]())

/** Why there can be no mounted disk here, or undefined. */
const noMount = await MountedDisk.mounted().then(
  disk => disk[Symbol.dispose](),
  (error: Error) => error.message.split('\n')[0],
)

const on =
  <D extends Disk>(kind: string, obstacle: string | undefined, make: () => Promise<D>) =>
  (name: string, run: (disk: D) => Promise<void>): void => {
    if (obstacle !== undefined) test.skip(`${name} (no ${kind} disk: ${obstacle})`)
    else
      test(`${name} (${kind} disk)`, async () => {
        using disk = await make()
        await run(disk)
      })
  }
/** Where a disk cannot be had, its tests are reported as skipped, saying why. */
const imitating = on(
  'imitated',
  hasCompiler ? undefined : 'it takes Linux and a C compiler, cc',
  async () => new ImitatedDisk(),
)
const onMounted = on('mounted', noMount ?? undefined, MountedDisk.mounted)
const onDisks = (name: string, run: (disk: Disk) => Promise<void>): void => {
  imitating(name, run)
  onMounted(name, run)
}

const serve = (disk: Disk, more: Record<string, string> = {}): Promise<ServingProgram> =>
  program.serve(
    disk.data,
    { ...environment, KAITEN_MIN_FREE_SPACE: '0', ...disk.environment, ...more },
    { through: disk.through ?? [] },
  )

/** Begins a house on the disk, with callers who do not end by themselves. */
async function loaded(disk: Disk, more?: Record<string, string>) {
  const server = await serve(disk, more)
  const ask = asking(server.url)
  const witness = new Witness()
  await witness.begin(ask)
  const load = witness.load(ask)
  await witness.until(callers)
  return { server, ask, witness, load }
}

/** The program ends by itself, having said why and what to do; what it had acknowledged is there on the mended disk. */
async function endsAndComesBack(
  disk: Disk,
  { server, witness, load }: Awaited<ReturnType<typeof loaded>>,
  why: RegExp,
) {
  expect(await server.ended).toBe(1)
  await load
  for (const { status, body } of witness.refusals)
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'Storage.Failed' })
  const lines = server.log().trim().split('\n')
  // What was under way fails too, and may say so after it.
  const told = lines.map(line => JSON.parse(line)).find(({ msg }) => msg.endsWith('has died: ending'))
  expect(told, lines.at(-1)).toMatchObject({
    msg: 'the database can no longer be trusted or a thread has died: ending',
    reason: expect.stringMatching(why),
    advice: expect.stringMatching(/What was acknowledged is kept\. .*dmesg.*kaiten doctor --full.*kaiten restore/),
  })
  disk.mend()
  await comesBack(disk, witness)
}

/** Started again, it has all that was acknowledged, and SQLite finds nothing wrong with the file. */
async function comesBack(disk: Disk, witness: Witness) {
  const again = await serve(disk)
  await witness.settle(asking(again.url))
  expect(await again.end('SIGTERM')).toBe(0)
  expect(soundCopyOf(disk)).toBe('ok')
}

/** SQLite finds its own way to a file, which does not lead into a namespace. */
function soundCopyOf({ seen }: Disk): unknown {
  const copy = mkdtempSync(join(tmpdir(), 'kaiten-copy-'))
  copyFileSync(join(seen, 'kaiten.db'), join(copy, 'kaiten.db'))
  try {
    return sound(copy)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const evaluations = '/api/ofrep/v1/evaluate/flags'
const evaluate = (ask: Ask) => ask('POST', evaluations, { context: { targetingKey: 'x' } })

const read = (ask: Ask) => ask('GET', '/api/customers?limit=1')

/** What the program counts of its own work. */
async function measured(server: ServingProgram, name: string): Promise<number> {
  const text = await fetch(`${server.url}/metrics`).then(response => response.text())
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1])
}

/** Resolves when callers are told again that what they did is done, and ends well. */
async function goesOn(disk: Disk, { server, ask, witness, load }: Awaited<ReturnType<typeof loaded>>) {
  await witness.until(callers * 2)
  witness.stop()
  await load
  await witness.settle(ask)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(soundCopyOf(disk)).toBe('ok')
}

describe('a disk that fails', () => {
  imitating('at fsync costs nothing that was acknowledged, and ends the program with what to do', async disk => {
    const busy = await loaded(disk)
    await wait(randomInt(0, 200))
    disk.order({ syncError: constants.errno.EIO })
    await endsAndComesBack(disk, busy, /SQLITE_IOERR_FSYNC/)
    expect(busy.witness.refusals.length, 'of those who waited').toBeGreaterThan(0)
  })

  imitating('at fsync keeps the program from starting, with a sentence', async disk => {
    disk.order({ syncError: constants.errno.EIO })
    await expect(serve(disk)).rejects.toThrow(/ended with 5: .*kaiten\.db cannot be opened: disk I\/O error/)
  })

  imitating('to write costs nothing that was acknowledged, and ends the program with what to do', async disk => {
    const busy = await loaded(disk)
    await wait(randomInt(0, 200))
    disk.turnReadOnly()
    await endsAndComesBack(disk, busy, /SQLITE_IOERR_WRITE/)
    expect(busy.witness.refusals.length, 'of those who waited').toBeGreaterThan(0)
  })

  // Nothing is under way at that instant: Linux' ext4 acknowledges an fsync that an error of the file system overtakes,
  // and does not keep what it said it kept (6.18, with a program of twenty lines in place of ours).
  onMounted('and turns read-only costs nothing, ends the program, and is refused with a sentence', async disk => {
    const { server, ask, witness, load } = await loaded(disk)
    witness.stop()
    await load
    disk.turnReadOnly()
    const more = witness.load(ask)
    await server.ended
    await expect(serve(disk)).rejects.toThrow(/ended with 5: .*cannot be made or written: EROFS/)
    // Whether a caller meets it first, and is refused, or the program's own work does, is left to chance.
    await endsAndComesBack(disk, { server, ask, witness, load: more }, /SQLITE_(IOERR|READONLY)/)
  })
})

describe('a disk that is slow', () => {
  imitating(
    'delays what must be durable and nothing else: evaluations and reads are answered meanwhile',
    async disk => {
      const server = await serve(disk)
      const ask = asking(server.url)
      disk.order({ syncMilliseconds: 2000 })
      let isPending = true
      const change = ask('POST', '/api/customers', { name: 'Slow' }).finally(() => {
        isPending = false
      })
      let answered = 0
      while (isPending) {
        const answers = [await evaluate(ask), await read(ask)]
        expect(answers).toMatchObject([{ status: 200 }, { status: 200 }])
        if (isPending) answered++
      }
      expect((await change).status).toBe(201)
      expect(answered).toBeGreaterThan(10)
      disk.mend()
      expect(await server.end('SIGTERM')).toBe(0)
    },
  )

  imitating('has more changes in each commit, and all of them are made', async disk => {
    const busy = await loaded(disk)
    const { server, witness } = busy
    disk.order({ syncMilliseconds: 100 })
    const commits = await measured(server, 'kaiten_commits_total')
    const changes = await measured(server, 'kaiten_changes_total')
    await witness.until(callers * 10)
    const inEach =
      ((await measured(server, 'kaiten_changes_total')) - changes) /
      ((await measured(server, 'kaiten_commits_total')) - commits)
    process.stdout.write(`${inEach.toFixed(1)} changes in each commit\n`)
    expect(inEach).toBeGreaterThan(callers / 3)
    expect(witness.refusals).toEqual([])
    disk.mend()
    await goesOn(disk, busy)
  })
})

describe('a disk that is full', () => {
  onDisks('refuses changes, is read, and takes changes again when there is room', async disk => {
    const busy = await loaded(disk)
    const { ask, witness } = busy
    disk.fill()
    while (witness.refusals.length < callers) await wait(20)
    const refused = { status: 503, body: { code: 'Storage.Full', detail: 'The disk is full; nothing was changed.' } }
    expect(witness.refusals[0]).toMatchObject(refused)
    expect(await ask('POST', '/api/customers', { name: 'Late' })).toMatchObject(refused)
    expect([await evaluate(ask), await read(ask)]).toMatchObject([{ status: 200 }, { status: 200 }])
    disk.makeRoom()
    await goesOn(disk, busy)
  })

  onMounted('nearly, refuses changes while reads are still recorded, and says so', async disk => {
    const busy = await loaded(disk, { KAITEN_MIN_FREE_SPACE: '26M', KAITEN_LOG_LEVEL: 'info' })
    const { server, ask, witness } = busy
    // Room for what callers write until the disk is looked at again, five seconds at most.
    disk.fill(24 * 1024 * 1024)
    while (witness.refusals.length < callers) await wait(20)
    const detail = 'The disk is nearly full; nothing was changed.'
    expect(witness.refusals[0]).toMatchObject({ status: 503, body: { code: 'Storage.Full', detail } })
    expect((await ask('GET', '/readyz')).status).toBe(503)
    expect((await ask('GET', '/healthz')).status).toBe(200)
    expect((await ask('GET', '/api/instances/acme/entitlements')).status).toBe(200)
    expect([await evaluate(ask), await read(ask)]).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(server.log()).toContain('the disk is nearly full: reports and changes are refused until there is room')
    disk.makeRoom()
    await goesOn(disk, busy)
    expect(server.log()).toContain('there is room on the disk again: reports and changes are taken')
  })

  onMounted('is started on all the same, once there is room', async disk => {
    const { server, witness, load } = await loaded(disk)
    disk.fill()
    expect(await server.end('SIGKILL')).toBeNull()
    await load
    // Bringing the log into the database may have made the room that a start needs.
    await serve(disk).then(
      again => again.end('SIGTERM'),
      error => expect(String(error)).toContain('The disk is full; nothing was changed.'),
    )
    disk.makeRoom()
    await comesBack(disk, witness)
  })
})
