/** What is wrong with a rule and where, for an editor. */

/** Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Issue {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly message: string
}

/** A message about a range of the source, as offsets. */
export interface Finding {
  readonly start: number
  readonly end: number
  readonly message: string
}

export function issueOf(source: string, { start, end, message }: Finding): Issue {
  const from = place(source, start)
  const to = place(source, Math.max(start, end))
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, message }
}

function place(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, Math.max(0, offset)).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
