import { problemCodes } from '../domain/problem.ts'
import type { Paths } from './docs.ts'

/** The page to which the `type` of every problem leads, made from the table of codes. Their texts are our own: plain. */
export const problemsPage = (paths: Paths): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Problems of the Kaiten API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${paths['docs.css']}">
</head>
<body>
<main class="text">
<h1>Problems</h1>
<p>Errors are answered as <code>application/problem+json</code> (RFC 9457). Programs branch on <code>code</code>, which
does not change; <code>detail</code> is for people. <code>errors</code> names each place of the input that does not fit.
With the <code>errorId</code> the request is found in the log. See also the <a href="/api/docs">API</a>.</p>
<pre>${example}</pre>
${words.map(sectionOf).join('\n')}
</main>
</body>
</html>
`

const example = JSON.stringify(
  {
    type: '/api/problems#Request.Invalid',
    title: problemCodes['Request.Invalid'][1],
    status: 422,
    detail: 'body.name: is required',
    instance: '/api/customers',
    code: 'Request.Invalid',
    errorId: '0198c8f2-6b1e-7c3a-9d55-1f2e3d4c5b6a',
    errors: [{ location: 'body.name', message: 'is required' }],
  },
  undefined,
  2,
)

const entries = Object.entries(problemCodes)
const wordOf = (code: string): string => code.split('.')[0] ?? code
const words = [...new Set(entries.map(([code]) => wordOf(code)))]

/** The codes about one word, each with an anchor of its name. */
const sectionOf = (word: string): string => `<h2>${word.replace(/(?<=.)([A-Z])/g, ' $1')}</h2>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead>
<tbody>
${entries
  .filter(([code]) => wordOf(code) === word)
  .map(([code, [status, title]]) => rowOf(code, status, title))
  .join('\n')}
</tbody>
</table>`

const rowOf = (code: string, status: number, title: string): string =>
  `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td><td>${status}</td><td>${title}</td></tr>`
