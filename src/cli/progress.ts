import { sizeText } from '../domain/size.ts'
import type { Progress } from '../safekeeping/orders.ts'

const width = 30

/** Where a bar is drawn: standard error, when it is a terminal. */
export interface Screen {
  isTTY?: boolean | undefined
  write: (text: string) => unknown
}

/**
 * A bar for long work on a terminal, redrawn in its line; nothing in a pipe. `clear` leaves the line empty, and `measure`
 * writes the total: bytes, where nothing else is said.
 */
export function progressBar(
  screen: Screen = process.stderr,
  measure = sizeText,
): {
  show: (progress: Progress) => void
  clear: () => void
} {
  if (!screen.isTTY) return { show: () => undefined, clear: () => undefined }
  let shown = ''
  const draw = (line: string) => {
    if (line !== shown) screen.write(`\r\x1b[2K${line}`)
    shown = line
  }
  return { show: progress => draw(lineOf(progress, measure)), clear: () => draw('') }
}

function lineOf({ phase, done, total }: Progress, measure: (total: number) => string): string {
  const name = phase.padEnd(13)
  if (total === 0 || done === 0) return `${name}…`
  const share = Math.min(1, done / total)
  const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░')
  return `${name}${bar} ${String(Math.floor(share * 100)).padStart(3)} % of ${measure(total)}`
}
