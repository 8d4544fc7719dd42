import { Icon } from './icon.tsx'

interface CurlProps {
  /** What it does: "Create a customer with the API" */
  title: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | undefined
  path: string
  body?: object | undefined
}

/** A command that does with the API what the page does. The token is the reader's own, from the environment. */
export const Curl = ({ title, ...call }: CurlProps) => <Shell title={title} text={commandOf(call)} />

/** What is typed into a shell. The text scrolls by itself, so the keyboard must be able to reach it. */
export const Shell = ({ title, text }: { title: string; text: string }) => (
  <figure class="curl">
    <figcaption>
      <Icon name="terminal-2" /> {title}
      <button
        type="button"
        class="btn btn-icon btn-sm btn-ghost-secondary"
        data-copy={text}
        aria-label="Copy the command"
        hidden
      >
        <Icon name="copy" />
      </button>
    </figcaption>
    <pre tabindex={0} data-origin>
      {text}
    </pre>
  </figure>
)

function commandOf({ method = 'GET', path, body }: Omit<CurlProps, 'title'>): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$KAITEN_URL${path}"`,
    '-H "Authorization: Bearer $KAITEN_TOKEN"',
  ]
  if (body) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  return lines.join(' \\\n  ')
}
