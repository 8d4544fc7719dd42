import { invalid } from '../domain/problem.ts'
import type { Tx } from '../engine/transaction.ts'
import type { Statement } from '../store/query.ts'

type Referring<Word extends string> = { [M in `${Word}Slug` | `${Word}Id`]?: string | null | undefined }

/**
 * The object that a body names by `wordSlug`, `wordId` or both, and undefined where it names none. Either takes a slug or
 * an id. Throws 422 at a member that names nothing, and where the two name different objects.
 */
export async function referred<Word extends string, Row extends { id: string }>(
  tx: Tx,
  input: Referring<Word>,
  word: Word,
  at: (reference: string) => Statement<Row>,
): Promise<Row | undefined> {
  let named: Row | undefined
  for (const member of [`${word}Slug`, `${word}Id`] as const) {
    const value = input[member]
    if (typeof value !== 'string') continue
    const row = await tx.find(at(value))
    if (!row) throw invalid({ location: `body.${member}`, message: 'names nothing that exists', value })
    if (named && named.id !== row.id)
      throw invalid({ location: `body.${member}`, message: `names another one than ${word}Slug`, value })
    named = row
  }
  return named
}
