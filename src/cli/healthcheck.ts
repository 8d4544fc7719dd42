import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import type { Settled } from './settled.ts'

export const healthcheck = (program: Command, _doors: Doors, settled: Settled): Command =>
  program
    .command('healthcheck')
    .description('ask the running server whether it can take changes')
    .action(async () => {
      const { host, port } = settled().config
      const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/readyz`
      const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: Error) => error)
      if (answer instanceof Error) throw new Ended(exit.unreachable, `${url} does not answer: ${answer.message}`)
      if (!answer.ok) throw new Ended(exit.unreachable, `${url} answers ${answer.status}: ${await answer.text()}`)
      process.stdout.write('ok\n')
    })
