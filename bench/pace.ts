import { setTimeout as wait } from 'node:timers/promises'

export type Ended = () => boolean

/** So many a second, whether or not the last was answered. */
export async function evenly(perSecond: number, ended: Ended, act: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  const underWay = new Set<Promise<unknown>>()
  for (let count = 0; !ended(); await wait(2))
    for (; count < ((performance.now() - begun) / 1000) * perSecond; count++) {
      const acted = act()
      underWay.add(acted)
      void acted.finally(() => underWay.delete(acted))
    }
  await Promise.all(underWay)
}

export const quantile = (of: number[], share: number): number =>
  of.toSorted((a, b) => a - b)[Math.floor(of.length * share)] ?? 0
