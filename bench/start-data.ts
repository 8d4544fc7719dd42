import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { v7 } from 'uuid'
import { operator } from '../src/domain/principal.ts'
import { inWaves, openData, padded } from './data.ts'
import { token } from './harness.ts'
import { flagDraft } from './ofrep.ts'

/** Tokens are handed to as many service accounts as there are hundreds of them. */
const perAccount = 100

/** A data directory with so many flags and tokens, beside the harness's own token, which stays for the next time. */
export async function startData(flags: number, tokens: number): Promise<string> {
  const data = `dist/bench-start-${flags}-${tokens}`
  if (existsSync(data)) return data
  const unfinished = `${data}-unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  const { submit, close } = openData(unfinished, Date.now)
  try {
    const principal = operator(v7())
    await submit('organizations.create', principal, { name: 'Default' })
    await submit('tokens.bootstrap', principal, { token })
    await inWaves(flags, number => submit('featureFlags.create', principal, flagDraft(number)))
    const account = (number: number) => `account-${padded(number)}`
    await inWaves(Math.ceil(tokens / perAccount), number =>
      submit('serviceAccounts.create', principal, { name: `Account ${padded(number)}`, slug: account(number) }),
    )
    await inWaves(tokens, number => {
      const slug = `token-${padded(number)}`
      const at = { account: account(Math.floor(number / perAccount)) }
      return submit('tokens.create', principal, { name: `Token ${padded(number)}`, slug, preset: 'data-plane' }, { at })
    })
  } finally {
    close()
  }
  renameSync(unfinished, data)
  return data
}
