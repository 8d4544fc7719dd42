import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Server } from 'node:https'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { CannotOpen } from '../engine/migrate.ts'
import type { Log } from './house.ts'

/** Paths of the chain and of its key, both PEM. */
export interface Pair {
  cert: string
  key: string
}

type Tells = Pick<Log, 'info' | 'warn' | 'error'>

const lookEvery = 1000
const day = 86_400_000
/** Renewals come a month before the end: by then one has failed. */
const soon = 14 * day

/**
 * The certificate of the front door. Its files are looked at each second, which sees whatever replaces them (a rename, a
 * symbolic link moved by certbot or Kubernetes, a file written in place) on every file system. Connections that are open
 * go on; new ones get the new certificate. A pair that does not fit is logged, and the one in use stays.
 */
export class Certificate {
  private readonly pair: Pair
  private readonly log: Tells
  /** Of the files as they were when they were last read, and when they were last looked at. */
  private readAs: string
  private seenAs: string
  private notAfter: number
  /** What the server begins with. */
  readonly context: SecureContextOptions

  /** Throws CannotOpen where the files cannot be served with. */
  constructor(pair: Pair, log: Tells) {
    this.pair = pair
    this.log = log
    this.seenAs = fingerprint(pair)
    this.readAs = this.seenAs
    try {
      const { context, notAfter } = this.read()
      this.context = context
      this.notAfter = notAfter
    } catch (error) {
      throw new CannotOpen(`The TLS certificate ${pair.cert} with ${pair.key} cannot be used: ${message(error)}`)
    }
    this.warnOfKeyMode()
  }

  /** When the certificate in use ends, in epoch milliseconds. */
  get endsAt(): number {
    return this.notAfter
  }

  /** Follows the files for as long as the server lives. */
  follow(server: Server): void {
    const timer = setInterval(() => this.look(server), lookEvery).unref()
    server.once('close', () => clearInterval(timer))
  }

  private look(server: Server): void {
    const seen = fingerprint(this.pair)
    const settled = seen === this.seenAs
    this.seenAs = seen
    // Two files are not replaced in one instant: a look later both are.
    if (settled && seen !== this.readAs) this.renew(server, seen)
  }

  private renew(server: Server, seen: string): void {
    this.readAs = seen
    try {
      const { context, notAfter } = this.read()
      server.setSecureContext(context)
      this.notAfter = notAfter
      this.log.info(
        { cert: this.pair.cert, until: new Date(notAfter).toISOString() },
        'the TLS certificate was renewed',
      )
    } catch (error) {
      this.log.error(
        { cert: this.pair.cert, key: this.pair.key, error: message(error) },
        'the new TLS certificate cannot be used; the old one stays',
      )
    }
  }

  private read(): { context: SecureContextOptions; notAfter: number } {
    const context = {
      cert: readFileSync(this.pair.cert),
      key: readFileSync(this.pair.key),
      minVersion: 'TLSv1.2',
    } as const
    // Throws where the key belongs to another certificate.
    createSecureContext(context)
    const notAfter = Date.parse(new X509Certificate(context.cert).validTo)
    if (notAfter - Date.now() < soon)
      this.log.warn(
        { cert: this.pair.cert, until: new Date(notAfter).toISOString() },
        notAfter < Date.now() ? 'the TLS certificate has expired' : 'the TLS certificate expires soon',
      )
    return { context, notAfter }
  }

  private warnOfKeyMode(): void {
    const { mode } = statSync(this.pair.key)
    // A group that may read it is common (ssl-cert); nobody else may, and nobody but its owner may write it.
    if (mode & 0o027)
      this.log.warn(
        { key: this.pair.key, mode: (mode & 0o777).toString(8) },
        'others may read or change the TLS key: chmod 600 or 640',
      )
  }
}

/** Changes whenever the files do, by whatever way they are replaced. */
const fingerprint = ({ cert, key }: Pair): string =>
  [cert, key]
    .map(path => {
      const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true, throwIfNoEntry: false }) ?? {}
      return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
    })
    .join()

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))
