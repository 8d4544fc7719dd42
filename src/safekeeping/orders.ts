import type { MessagePort } from 'node:worker_threads'
import { damageOf } from '../engine/copies.ts'
import { type BackupOrder, makeBackup } from './backup.ts'
import { Refused } from './refused.ts'

/** What is done in a thread of its own, because it takes a while and would hold main or the writer. */
export type Order = ({ work: 'backup' } & BackupOrder) | { work: 'check'; file: string; addon: string; quick: boolean }

/** How far the work is. `growing` names a file whose size tells, where the thread itself is busy in SQLite. */
export interface Progress {
  phase: string
  done: number
  total: number
  growing?: string
}

export type FromOrder = { progress: Progress } | { value: unknown } | { refused: string } | { failed: string }

export async function runOrder(port: MessagePort, order: Order): Promise<void> {
  const send = (message: FromOrder) => port.postMessage(message)
  const tell = (progress: Progress) => send({ progress })
  try {
    if (order.work === 'backup') send({ value: await makeBackup(order, tell) })
    else send({ value: damageOf(order.file, order.addon, { quick: order.quick }) })
  } catch (error) {
    if (error instanceof Refused) send({ refused: error.message })
    else send({ failed: error instanceof Error ? error.message : String(error) })
  }
  port.close()
}
