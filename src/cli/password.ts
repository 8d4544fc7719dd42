import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Ended, exit } from './exit.ts'

/** The password on standard input, without the end of its line: `kaiten user create … --password-stdin < file`. */
export async function readPassword(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  const password = Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, '')
  if (password === '') throw new Ended(exit.wrongInvocation, 'There is no password on standard input.')
  return password
}

/** Asks twice on the terminal, which does not show what is typed. */
export async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Ended(exit.wrongInvocation, 'There is no terminal to ask on. Use --password-stdin.')
  const first = await asked('Password: ')
  const second = await asked('Once more: ')
  if (first !== second) throw new Ended(exit.wrongInvocation, 'The two are not the same. Nothing was changed.')
  return first
}

async function asked(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const interrupted = new Promise<never>((_, reject) =>
    terminal.once('SIGINT', () => reject(new Ended(exit.interrupted, 'Interrupted. Nothing was changed.'))),
  )
  try {
    return await Promise.race([terminal.question(''), interrupted])
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
