/**
 * How long work holds its thread, in milliseconds, each of three times: time of this thread, since neighbours on the machine
 * are not its doing.
 */
export const holdsOf = (work: () => unknown): number[] =>
  [1, 2, 3].map(() => {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1000
  })
