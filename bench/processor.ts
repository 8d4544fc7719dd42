import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString())

/** Processor seconds that a process has used, all threads, from /proc. */
export const processorSeconds = (pid: number): number => (statOf(pid)?.own ?? 0) / ticksPerSecond

/** The same with all that it started, whether they have ended or not. */
export function familySeconds(pid: number): number {
  const all = new Map(
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(name => [Number(name), statOf(Number(name))]),
  )
  const ticks = (of: number): number => {
    const stat = all.get(of)
    if (!stat) return 0
    const children = [...all].filter(([, each]) => each?.parent === of)
    return stat.own + stat.ended + children.reduce((sum, [child]) => sum + ticks(child), 0)
  }
  return ticks(pid) / ticksPerSecond
}

/** In ticks: its own time, and that of its children that have ended. */
function statOf(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').map(Number) ?? []
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(at => fields[at])
    return { parent, own: user + system, ended: endedUser + endedSystem }
  } catch {
    // It ended while we looked.
    return undefined
  }
}
