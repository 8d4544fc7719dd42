/** Exit codes, the same for every command. Source: packaging.md, "Commands". */
export const exit = {
  ok: 0,
  failed: 1,
  wrongInvocation: 2,
  notAllowed: 3,
  notFound: 4,
  refused: 5,
  unreachable: 6,
  interrupted: 130,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** For whoever finds that the program has ended: a disk that failed once is not written to again unseen. */
export const afterStorageFailed =
  'What was acknowledged is kept. Look after the disk ("dmesg") and the data ("kaiten doctor --full"), then start again; "kaiten restore FILE --force" puts a backup in place of a damaged database.'

/** Ends a command with a sentence on standard error. */
export class Ended extends Error {
  readonly code: ExitCode
  constructor(code: ExitCode, message: string) {
    super(message)
    this.code = code
  }
}

/** What an HTTP status means to a script. */
export const exitOf = (status: number): ExitCode => {
  if (status < 400) return exit.ok
  if (status === 401 || status === 403) return exit.notAllowed
  if (status === 404) return exit.notFound
  return status < 500 ? exit.refused : exit.unreachable
}
