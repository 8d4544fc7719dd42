import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { type buildConnector, Client } from 'undici'
import type { Vetted } from './resolver.ts'

/** Connections that wait for a next request, of all receivers together. */
const mostIdle = 128
const mostIdleMs = 60_000
const mostHeaderBytes = 16_384

type Authorities = { ca?: string | string[] }

/**
 * One connection, made at the first request to one of the addresses given and never again, used by one request at a
 * time. Measured against the others, with 10 receivers on loopback: a client's `dispatch` 74 µs a request, a pool's 78,
 * undici's `request` 164, `node:http` with an agent 158.
 */
export class Connection {
  readonly client: Client
  readonly origin: string
  isFirstUse = true
  private socket: Socket | undefined

  constructor(url: URL, addresses: Vetted, authorities: Authorities) {
    this.origin = url.origin
    this.client = new Client(url.origin, {
      connect: (_, callback) => this.connect(url, addresses, authorities, callback),
      maxHeaderSize: mostHeaderBytes,
      keepAliveMaxTimeout: mostIdleMs,
      // One limit for the whole attempt stands in place of one for each of its parts.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    })
  }

  get isOpen(): boolean {
    return this.socket?.destroyed === false
  }

  /** Undefined once it is over. */
  get address(): string | undefined {
    return this.isOpen ? this.socket?.remoteAddress : undefined
  }

  /** At once, also while it is being made. */
  end(): void {
    this.socket?.destroy()
    void this.client.destroy()
  }

  private connect(url: URL, addresses: Vetted, authorities: Authorities, callback: buildConnector.Callback): void {
    // A client connects again by itself where its connection is gone; what was looked at then need not hold now.
    if (this.socket) {
      callback(new Error('the connection is over'), null)
      return
    }
    const socket = url.protocol === 'https:' ? secure(url, addresses, authorities) : connectPlain(to(url, addresses))
    this.socket = socket
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => callback(null, socket))
    socket.once('error', error => callback(error, null))
  }
}

export class Connections {
  private readonly authorities: Authorities
  private readonly idle: Connection[] = []
  private isClosed = false

  constructor(authorities: Authorities) {
    this.authorities = authorities
  }

  /** One that waits, if it goes to one of these addresses; else a new one. */
  take(url: URL, addresses: Vetted): Connection {
    const fits = (each: Connection) =>
      each.origin === url.origin && addresses.some(({ address }) => address === each.address)
    const kept = this.idle.findLast(fits)
    if (kept === undefined) return this.open(url, addresses)
    this.idle.splice(this.idle.indexOf(kept), 1)
    return kept
  }

  open(url: URL, addresses: Vetted): Connection {
    const connection = new Connection(url, addresses, this.authorities)
    connection.client.on('disconnect', () => this.drop(connection))
    return connection
  }

  /** For a next request, unless it is over. */
  keep(connection: Connection): void {
    if (this.isClosed || !connection.isOpen) {
      connection.end()
      return
    }
    connection.isFirstUse = false
    this.idle.push(connection)
    if (this.idle.length > mostIdle) this.idle.shift()?.end()
  }

  close(): void {
    this.isClosed = true
    for (const connection of this.idle.splice(0)) connection.end()
  }

  private drop(connection: Connection): void {
    const index = this.idle.indexOf(connection)
    if (index >= 0) this.idle.splice(index, 1)
    connection.end()
  }
}

/** To the vetted addresses, one after another where the first do not answer; the name is never looked up here. */
const to = (url: URL, addresses: Vetted) => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  // This is also what has Node ask for all addresses.
  autoSelectFamily: true,
  noDelay: true,
  lookup: ((_name, _options, callback) => callback(null, [...addresses])) satisfies LookupFunction as LookupFunction,
})

function secure(url: URL, addresses: Vetted, { ca }: Authorities): Socket {
  const target = to(url, addresses)
  return connectSecurely({
    ...target,
    // Resumed sessions are not verified anew, so none is given. An address has no server name (RFC 6066).
    ...(isIP(target.host) === 0 && { servername: target.host }),
    ...(ca !== undefined && { ca }),
    ALPNProtocols: ['http/1.1'],
    // Said, for the environment can say otherwise for the whole process.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  })
}
