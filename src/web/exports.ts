import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { csvLine } from '../domain/csv.ts'

/** How many rows are read at once: an export never holds a cursor open, nor the main thread. */
export const perSlice = 1000

export type ExportFormat = 'csv' | 'ndjson'

const contentTypes = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }

/**
 * Streams rows to a download, slice by slice, as fast as the receiver takes them. `next` gives the rows after the last
 * one given, fewer than a slice at the end.
 */
export async function sendExport(
  response: ServerResponse,
  format: ExportFormat,
  name: string,
  next: (after: Record<string, unknown> | undefined) => Promise<Record<string, unknown>[]>,
): Promise<void> {
  // Before anything is sent: a cursor of another list, or whatever else is wrong, can still be told.
  let rows = await next(undefined)
  response.writeHead(200, {
    'Content-Type': contentTypes[format],
    'Content-Disposition': `attachment; filename="${name}.${format}"`,
  })
  if (format === 'csv' && rows[0]) response.write(csvLine(Object.keys(rows[0])))
  for (;;) {
    const text = rows.map(row => (format === 'csv' ? csvLine(Object.values(row)) : `${JSON.stringify(row)}\n`)).join('')
    if (response.destroyed) return
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(response, 'close')])
    if (rows.length < perSlice) break
    rows = await next(rows.at(-1))
  }
  response.end()
}
