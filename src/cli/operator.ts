import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { CannotOpen } from '../engine/migrate.ts'
import type { Doors } from './doors.ts'
import { Ended, exit, exitOf } from './exit.ts'
import { logTo } from './log.ts'

/** Asks the API as the operator: `ask('POST', '/api/customers', {…})`. Ends the command where the answer is a problem. */
export type AskApi = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>

/**
 * Runs a command's work against the data directory: through the socket of the server that holds it, or, where none
 * does, by opening it and the same socket for as long as the command runs.
 */
export async function asOperator<T>(
  doors: Doors,
  config: Config,
  organization: string | undefined,
  work: (ask: AskApi) => Promise<T>,
): Promise<T> {
  const socket = join(config.data, 'kaiten.sock')
  const ask: AskApi = (method, path, body) => over(socket, organization ?? '', method, path, body)
  const house = await opened(doors, config)
  if (!house) {
    if (!existsSync(socket))
      throw new Ended(exit.unreachable, `Another Kaiten process holds ${config.data}, and has no socket.`)
    return work(ask)
  }
  const door = await doors.serveOperator(house, config)
  try {
    return await work(ask)
  } finally {
    await door.stop()
    await house.close()
  }
}

/** The house, or undefined where a running server holds it. */
async function opened(doors: Doors, config: Config) {
  try {
    return await doors.openHouse(config, {
      addon: doors.addon(config.data),
      // Who works at the terminal need not be told what they do.
      log: { ...logTo({ logLevel: 'error', logFormat: 'json' }), security: () => undefined },
      died: reason => {
        process.stderr.write(`${reason}\n`)
        doors.end(exit.failed)
      },
    })
  } catch (error) {
    if (error instanceof CannotOpen && error.held) return undefined
    throw error
  }
}

function over(
  socketPath: string,
  organization: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = {
    'X-API-Key': organization,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    'Content-Length': Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const unreachable = (error: Error) => reject(new Ended(exit.unreachable, `${socketPath}: ${error.message}`))
    const asking = request({ socketPath, method, path, headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', unreachable)
      answer.on('end', () => {
        const received = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
        const status = answer.statusCode ?? 500
        if (status < 400) resolve(received)
        else reject(new Ended(exitOf(status), `${received.code}: ${received.detail}`))
      })
    })
    asking.on('error', unreachable)
    asking.end(text)
  })
}
