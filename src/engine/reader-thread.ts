import type { MessagePort } from 'node:worker_threads'
import { openReader } from './sqlite.ts'

/** What was asked for in one turn of the main thread. */
export type ToReader = readonly { sql: string; parameters: readonly unknown[] }[]

/** The answers in the same order, each with its rows or why there are none. */
export type FromReader = readonly ({ rows: unknown[] } | { error: string })[]

export function runReader(port: MessagePort, file: string, addon: string): void {
  const connection = openReader(file, addon)
  const answer = (query: ToReader[number]): FromReader[number] => {
    try {
      return { rows: connection.all(query) }
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  port.on('message', (asked: ToReader) => port.postMessage(asked.map(answer) satisfies FromReader))
}
