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
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // From here on the terminal shows nothing: only then may anybody be asked.
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const interrupted = new Promise<never>((_, reject) =>
    terminal.once('SIGINT', () => reject(new Ended(exit.interrupted, 'Interrupted. Nothing was changed.'))),
  )
  const asked = async (question: string) => {
    process.stderr.write(question)
    const answer = await Promise.race([terminal.question(''), interrupted])
    process.stderr.write('\n')
    return answer
  }
  try {
    const password = await asked('Password: ')
    if ((await asked('Once more: ')) === password) return password
  } finally {
    terminal.close()
  }
  throw new Ended(exit.wrongInvocation, 'The two are not the same. Nothing was changed.')
}
