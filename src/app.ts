import threadCode from 'kaiten:thread'
import { chmodSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express, { type Express, type Router } from 'express'
import { v7 } from 'uuid'
import type { Changed, Committed, Settings } from './actions/action.ts'
import { submitTo } from './actions/submit.ts'
import { docs, welcome } from './api/docs.ts'
import { health } from './api/health.ts'
import { hotRoutes, routes } from './api/index.ts'
import { metrics } from './api/metrics.ts'
import { operatorRoutes } from './api/operator.ts'
import type { OpenHouse, Served, Surroundings } from './cli/doors.ts'
import { Clockwork } from './clockwork.ts'
import type { Config } from './config.ts'
import { nowhere, rooms } from './console/index.ts'
import { Courier } from './courier/courier.ts'
import { deliveryMeasures } from './courier/measures.ts'
import { Outgoing } from './courier/post.ts'
import { appliance, operator } from './domain/principal.ts'
import { Problem } from './domain/problem.ts'
import { unseal } from './domain/seal.ts'
import { DiskWatch, freeBytes } from './engine/disk.ts'
import { openEngine } from './engine/open.ts'
import type { Reader } from './engine/reader.ts'
import { keyOf } from './key-file.ts'
import { Retention } from './retention.ts'
import { backupsOf } from './safekeeping/backup-records.ts'
import { Flags } from './snapshot/flags.ts'
import { Tokens } from './snapshot/tokens.ts'
import { sqliteVersion } from './store/installation.ts'
import { migrations } from './store/migrations/index.ts'
import { allOrganizations } from './store/organizations.ts'
import { anyPerson } from './store/users.ts'
import { callersOf } from './web/callers.ts'
import { Certificate } from './web/certificate.ts'
import { frontDoor } from './web/front-door.ts'
import { guarded } from './web/headers.ts'
import type { House, Log } from './web/house.ts'
import { measures, sizeOf } from './web/measures.ts'
import { Metrics } from './web/metrics.ts'
import { Passwords } from './web/passwords.ts'
import { answerProblem } from './web/problems.ts'
import { RateLimit } from './web/rate-limit.ts'
import { Readiness } from './web/readiness.ts'
import { Reports } from './web/reports.ts'
import { Requests } from './web/requests.ts'
import { mount, named } from './web/routes.ts'
import { listening, plainServer, stopped, tlsServer } from './web/servers.ts'
import { SessionUses } from './web/session-uses.ts'
import { visitorOf } from './web/sessions.ts'
import { SignInAttempts } from './web/sign-in-attempts.ts'
import { Streams } from './web/sse.ts'

export const version = '0.1.0'

/** Opens the data directory and everything that lives on it, without HTTP: what commands work with. */
export async function openHouse(
  config: Config,
  { addon, log, clock = Date.now, died }: Surroundings,
): Promise<OpenHouse> {
  let tokens: Tokens | undefined
  let flags: Flags | undefined
  let key: Uint8Array = new Uint8Array()
  const allowed = { http: config.webhookAllowHttp, cidrs: config.webhookAllowCidr }
  const listeners: ((changed: Changed) => void)[] = []
  const engine = await openEngine({
    data: config.data,
    addon,
    threadCode,
    migrations,
    settings: () => {
      key = keyOf(config.data, config.secretKey)
      return { key, webhooks: { allowed, schedule: config.webhookRetries } } satisfies Settings
    },
    // Memory is brought up to date before anybody learns of the commit, so that everybody reads their writes.
    committed: values => {
      const changes = (values as Committed[]).flatMap(({ changed }) => changed)
      for (const each of changes) tokens?.follow(each)
      flags?.follow(changes)
      for (const each of changes) for (const listener of listeners) listener(each)
    },
    died,
    clock,
  })
  for (const loose of engine.looseEnds) log.warn({}, loose)
  tokens = new Tokens(engine.read, clock)
  flags = new Flags(engine.read)
  const callerOf = callersOf(config)
  const requests = new Requests(log, callerOf)
  listeners.push(changed => requests.changed(changed))
  const disk = watchDisk(config, log)
  await disk.start()
  const submit = submitTo(engine.writer, clock, disk)
  const courier = new Courier({
    ...{ submit, read: engine.read, clock, log, key, version },
    outgoing: new Outgoing({ allow: allowed }),
  })
  listeners.push(changed => courier.follow(changed))
  const streams = new Streams(config.eventStreams)
  const rateLimit = new RateLimit(config.rateLimit, clock)
  const reports = new Reports()
  const measured = { writer: engine.writer, disk, tokens, flags, streams, rateLimit, requests, reports, version }
  const house: House = {
    submit,
    read: engine.read,
    scan: engine.scan,
    clock,
    identify: tokens.identify,
    visitorOf: request => visitorOf(request, house, callerOf(request).secure),
    hasUsers: () => engine.read.find(anyPerson, {}) !== undefined,
    flags,
    passwords: new Passwords(),
    signInAttempts: new SignInAttempts(clock),
    sessionUses: new SessionUses(),
    deliveries: courier,
    unseal: sealed => unseal(key, sealed),
    rateLimit,
    onChange: listener => listeners.push(listener),
    streams,
    origins: config.corsOrigins,
    callerOf,
    publicUrl: config.publicUrl,
    allowPlainHttp: config.allowPlainHttp,
    installation: installationOf(config, engine.read, disk, clock()),
    readiness: new Readiness({ writer: engine.writer, disk }),
    requests,
    reports,
    metrics: new Metrics(
      [...measures({ ...measured, data: config.data }), ...deliveryMeasures(courier, engine.read, clock)],
      flags.evaluations,
    ),
    log,
    version,
  }
  await begin(house, config)
  const retention = new Retention(house, {
    audit: config.retentionAudit,
    attempts: config.retentionAttempts,
    archive: config.retentionExportDir,
  })
  const submitPatiently = submitTo({ submit: job => engine.writer.submitPatiently(job) }, clock, disk)
  const clockwork = new Clockwork({ ...house, submitPatiently, tokens, retention })
  clockwork.start(log)
  const close = async () => {
    await courier.stop()
    disk.stop()
    await clockwork.stop()
    await engine.close()
  }
  return { ...house, run: engine.run, close, clockwork, courier }
}

/** Versions are of the start; sizes are looked up when somebody asks. */
const installationOf = (config: Config, read: Reader, disk: DiskWatch, startedAt: number) => {
  const { data, backupDir: dir, backupEvery: every, backupKeep: keep } = config
  const sqlite = read.one(sqliteVersion, {}).version
  return () => ({
    version,
    node: process.version,
    sqlite,
    startedAt,
    data,
    databaseBytes: sizeOf(join(data, 'kaiten.db')),
    logBytes: sizeOf(join(data, 'kaiten.db-wal')),
    freeBytes: disk.free,
    backups: { dir, every, keep, record: backupsOf(data) },
  })
}

const watchDisk = ({ data, minFreeSpace }: Config, log: Log): DiskWatch =>
  new DiskWatch({
    floor: minFreeSpace,
    free: freeBytes(data),
    told: ({ isLow, free, floor }) =>
      isLow
        ? log.error(
            { data, free, floor },
            'the disk is nearly full: reports and changes are refused until there is room',
          )
        : log.info({ data, free, floor }, 'there is room on the disk again: reports and changes are taken'),
  })

/** A first start founds an organization; a bootstrap token gets its account at any start that finds none. */
async function begin({ submit, read, log }: House, config: Config): Promise<void> {
  if (read.all(allOrganizations, {}).length === 0)
    await submit('organizations.create', appliance(v7()), { name: config.org })
  if (config.bootstrapToken === undefined) return
  const first = read.all(allOrganizations, {})[0]
  if (!first) return
  const { value: made } = await submit('tokens.bootstrap', appliance(first.id), { token: config.bootstrapToken })
  if (!made) log.info({}, 'KAITEN_BOOTSTRAP_TOKEN was ignored: the service account bootstrap exists already')
}

/** Opens the front door: https where there is a certificate. */
export async function serve(house: House, { host, port, tls, publicUrl }: Config): Promise<Served> {
  const known = routes(house)
  const app = expressApp(house, [
    ['/api', mount(known, house)],
    ['/api', docs(house, known)],
    ['/', rooms(house)],
    [['/', '/api'], welcome],
    ['/', mount([...health(house), ...metrics(house)], house)],
    ['/', nowhere(house)],
  ])
  const door = frontDoor(hotRoutes(house), guarded(app), house)
  const certificate = tls && new Certificate(tls, house.log)
  if (certificate)
    house.metrics.add({
      name: 'kaiten_tls_certificate_not_after_seconds',
      help: 'When the certificate of the front door ends, as a Unix time.',
      gauge: () => [[certificate.endsAt / 1000]],
    })
  const server = certificate
    ? tlsServer(door, certificate)
    : plainServer(door, { strict: publicUrl?.startsWith('https:') === true })
  await listening(server, { host, port })
  house.deliveries.start()
  const address = server.address() as AddressInfo
  const stop = () => {
    house.readiness.end()
    // They never end by themselves.
    house.streams.end()
    return stopped(server)
  }
  return { url: `http${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${address.port}`, stop }
}

/**
 * Opens the door for the person at the machine: the API on a socket that only the owner of the data directory can
 * reach. The key sent there is an organization's slug, or nothing for the oldest.
 */
export async function serveOperator(house: House, { data }: Config): Promise<Served> {
  const path = join(data, 'kaiten.sock')
  const identify = (slug: string) => {
    const all = house.read.all(allOrganizations, {})
    const meant = slug === '' ? all[0] : all.find(each => each.slug === slug)
    return meant && operator(meant.id)
  }
  const inside = { ...house, identify }
  const server = plainServer(
    expressApp(inside, [
      ['/api', mount(routes(inside), inside)],
      ['/operator', mount(operatorRoutes(inside), inside)],
      ['/', mount(health(inside), inside)],
    ]),
  )
  rmSync(path, { force: true })
  await listening(server, { path })
  chmodSync(path, 0o600)
  return { url: path, stop: () => stopped(server) }
}

function expressApp(house: House, rooms: [path: string | string[], router: Router][]): Express {
  const app = express()
  app.set('etag', false).set('x-powered-by', false).set('query parser', false).set('env', 'production')
  app.use(named)
  for (const [path, router] of rooms) app.use(path, router)
  app.use(request => {
    throw new Problem('Route.NotFound', `There is nothing at ${request.path.slice(0, 200)}. See /api/docs.`)
  })
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) =>
    answerProblem(request, response, error instanceof URIError ? unreadable : error, house),
  )
  return app
}

const unreadable = new Problem('Request.Malformed', 'The address has percent signs that encode no UTF-8 text.')
