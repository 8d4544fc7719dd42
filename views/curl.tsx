import { Snippet } from './snippet.tsx'

interface CurlProps {
  /** What it does: "Create a customer with the API" */
  title: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined
  path: string
  body?: object | undefined
  /** Where a token is shown: sets what this command, and every other of the console, reads. */
  environment?: Readonly<Record<'KAITEN_URL' | 'KAITEN_TOKEN', string>> | undefined
}

/** A command that does with the API what the page does. The token is the reader's own, from the environment. */
export const Curl = ({ title, ...call }: CurlProps) => <Snippet title={title} text={commandOf(call)} />

function commandOf({ method = 'GET', path, body, environment }: Omit<CurlProps, 'title'>): string {
  const exports = Object.entries(environment ?? {}).map(([name, value]) => `export ${name}='${value}'\n`)
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$KAITEN_URL${path}"`,
    '-H "Authorization: Bearer $KAITEN_TOKEN"',
  ]
  if (body) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  return exports.join('') + lines.join(' \\\n  ')
}
