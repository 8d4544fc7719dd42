import { get } from 'node:http'
import { get as getUnderTls } from 'node:https'
import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import type { Settled } from './settled.ts'

export const healthcheck = (program: Command, _doors: Doors, settled: Settled): Command =>
  program
    .command('healthcheck')
    .description('ask the running server whether it can take changes: ends with 0, or with 6 and says why not')
    .action(async () => {
      const { host, port, tls } = settled().config
      const url = `http${tls ? 's' : ''}://${nearest(host)}:${port}/readyz`
      const { status, text } = await answerOf(url)
      if (status !== 200) throw new Ended(exit.unreachable, `${url} answers ${status}: ${text}`)
      process.stdout.write('ok\n')
    })

/** Where a server that listens on an address is reached from its own machine. */
function nearest(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** The certificate is for the name that others use; whose it is, is not asked of this machine's own server. */
const answerOf = (url: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const unreachable = (error: Error) =>
      reject(new Ended(exit.unreachable, `${url} does not answer: ${error.message}`))
    const options = { timeout: 5000, rejectUnauthorized: false, agent: false }
    const asking = (url.startsWith('https') ? getUnderTls : get)(url, options, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      answer.on('error', unreachable).on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    asking.on('timeout', () => asking.destroy(new Error('no answer within 5 seconds'))).on('error', unreachable)
  })
