import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtProgram } from '../test-program.ts'
import { harmless } from './log.ts'

test('no secret and nothing that ends a line or moves a cursor leaves by the log', () => {
  const token = `ksh_${'a'.repeat(40)}`
  expect(harmless(`{"path":"/x/${token}/y","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw="}\n`)).toBe(
    '{"path":"/x/ksh_…/y","secret":"whsec_…"}\n',
  )
  expect(harmless('a\u0085b\u2028c\u2029d\u009be\u007f')).toBe('a\\u0085b\\u2028c\\u2029d\\u009be\\u007f')
})

test.each(['json', 'pretty'])('the program tells in %s lines who was kept out, at any level', async format => {
  await using program = await builtProgram()
  const data = mkdtempSync(join(tmpdir(), 'kaiten-log-'))
  const serving = await program.serve(data, { KAITEN_LOG_LEVEL: 'error', KAITEN_LOG_FORMAT: format })
  const token = `ksh_${'z'.repeat(40)}`
  await fetch(`${serving.url}/api/customers/${token}?code=${token}`, { headers: { Authorization: `Bearer ${token}` } })
  await fetch(`${serving.url}/api/a%0Ab`, { headers: { Authorization: `Bearer ${token}` } })
  await serving.end('SIGTERM')
  const lines = serving.log().trim().split('\n')
  expect(lines.filter(line => line.includes('authentication failed'))).toHaveLength(1)
  expect(serving.log()).toContain('Auth.NoIdentity')
  expect(serving.log()).not.toContain(token.slice(0, 20))
  for (const line of lines) expect(line).toMatch(format === 'json' ? /^\{.*\}$/ : /^\S+ (info|warn) +/)
  rmSync(data, { recursive: true })
})
