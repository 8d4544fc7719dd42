import type { MessagePort } from 'node:worker_threads'
import { openReader } from './sqlite.ts'

export interface ToReader {
  id: number
  sql: string
  parameters: readonly unknown[]
}

export interface FromReader {
  id: number
  rows?: unknown[]
  error?: string
}

export function runReader(port: MessagePort, file: string, addon: string): void {
  const connection = openReader(file, addon)
  port.on('message', ({ id, ...query }: ToReader) => {
    let answer: FromReader
    try {
      answer = { id, rows: connection.all(query) }
    } catch (error) {
      answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    port.postMessage(answer)
  })
}
