import threadCode from 'kaiten:thread'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express, { type Express, type Router } from 'express'
import { v7 } from 'uuid'
import type { Changed, Committed, Settings } from './actions/action.ts'
import { submitTo } from './actions/submit.ts'
import { docs, welcome } from './api/docs.ts'
import { health } from './api/health.ts'
import { hotRoutes, routes } from './api/index.ts'
import { operatorRoutes } from './api/operator.ts'
import type { OpenHouse, Served, Surroundings } from './cli/doors.ts'
import { Clockwork } from './clockwork.ts'
import type { Config } from './config.ts'
import { Courier } from './courier/courier.ts'
import { Outgoing } from './courier/post.ts'
import { appliance, operator } from './domain/principal.ts'
import { Problem } from './domain/problem.ts'
import { unseal } from './domain/seal.ts'
import { CannotOpen } from './engine/migrate.ts'
import { openEngine } from './engine/open.ts'
import { keyOf } from './key-file.ts'
import { Flags } from './snapshot/flags.ts'
import { Tokens } from './snapshot/tokens.ts'
import { migrations } from './store/migrations/index.ts'
import { allOrganizations } from './store/organizations.ts'
import { frontDoor } from './web/front-door.ts'
import { guarded } from './web/headers.ts'
import type { House } from './web/house.ts'
import { answerProblem } from './web/problems.ts'
import { RateLimit } from './web/rate-limit.ts'
import { mount, named } from './web/routes.ts'
import { Streams } from './web/sse.ts'
import { refuseUnreadable } from './web/unreadable.ts'

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
  })
  tokens = new Tokens(engine.read, clock)
  flags = new Flags(engine.read)
  const submit = submitTo(engine.writer, clock)
  const courier = new Courier({
    ...{ submit, read: engine.read, clock, log, key, version },
    outgoing: new Outgoing({ allow: allowed }),
  })
  listeners.push(changed => courier.follow(changed))
  const house: House = {
    submit,
    read: engine.read,
    scan: engine.scan,
    clock,
    identify: tokens.identify,
    flags,
    rateLimit: new RateLimit(config.rateLimit, clock),
    onChange: listener => listeners.push(listener),
    deliveries: courier,
    unseal: sealed => unseal(key, sealed),
    streams: new Streams(config.eventStreams),
    origins: config.corsOrigins,
    isReady: () => true,
    log,
    version,
  }
  await begin(house, config)
  const clockwork = new Clockwork({ ...house, tokens })
  clockwork.start(log)
  const close = async () => {
    await courier.stop()
    await clockwork.stop()
    await engine.close()
  }
  return { ...house, close, clockwork, courier }
}

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

/** Opens the front door. */
export async function serve(house: House, { host, port }: Config): Promise<Served> {
  const known = routes(house)
  const app = expressApp(house, [
    ['/api', mount(known, house)],
    ['/api', docs(house, known)],
    [['/', '/api'], welcome],
  ])
  const server = createServer(frontDoor(hotRoutes(house), guarded(app), house))
  await listening(server, { host, port })
  house.deliveries.start()
  const address = server.address() as AddressInfo
  const stop = () => {
    // They never end by themselves.
    house.streams.end()
    return stopped(server)
  }
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`, stop }
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
  const server = createServer(
    expressApp(inside, [
      ['/api', mount(routes(inside), inside)],
      ['/operator', mount(operatorRoutes(inside), inside)],
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
  app.use(mount(health(house), house))
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

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  server.requestTimeout = 60_000
  server.headersTimeout = 20_000
  refuseUnreadable(server)
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(new CannotOpen(refusal(error, where))))
    server.listen(where, resolve)
  })
}

function refusal(error: Error, where: object): string {
  const code = 'code' in error ? String(error.code) : ''
  const place = Object.values(where).join(' port ')
  if (code === 'EADDRINUSE') return `${place} is taken by another program. Choose another with --port.`
  if (code === 'EACCES') return `This user may not listen on ${place}. Ports below 1024 need a privilege.`
  return `Cannot listen on ${place}: ${error.message}`
}

/** Takes no new connection, and resolves when each of those there are has been answered its last request. */
const stopped = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Callers with much to ask never leave a connection idle: they are told to close it.
    server.keepAliveTimeout = 1
    server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'))
  })
