/**
 * Readies a source for the parser, which lacks four spellings of the standard: `` a.`x-y` `` (quoted field), `.a` (absolute
 * name), `.5` and `rb"…"`; and it reads bytes by UTF-16 unit. Each is replaced by something of the same length that it
 * does read, so that all places stay true, and what was meant is kept by place.
 * Source: CEL language definition, "Syntax".
 */
export interface Readable {
  readonly text: string
  /** Field names, by the place where they are written. */
  readonly fields: ReadonlyMap<number, string>
  /** Names written with a dot before them. */
  readonly absolute: ReadonlySet<number>
  /** Literals, by the place where the parser sees them begin. */
  readonly literals: ReadonlyMap<number, number | Uint8Array>
}

const token = new RegExp(
  [
    String.raw`(?<prefix>[rRbB]{0,2})(?<text>"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^\\"\n\r])*"|'(?:\\.|[^\\'\n\r])*')`,
    String.raw`(?<blank>\s+|//[^\n]*)`,
    '(?<quoted>`[a-zA-Z0-9_.\\-/ ]+`)',
    String.raw`(?<fraction>\.\d+(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>\w+)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'g',
)

export function readable(source: string): Readable {
  const fields = new Map<number, string>()
  const absolute = new Set<number>()
  const literals = new Map<number, number | Uint8Array>()
  let afterOperand = false
  let afterDot = false
  let leadingDot = false
  const rewrite = (match: string, at: number, groups: Groups): string => {
    if (groups.blank !== undefined) return match.replaceAll('\f', ' ')
    const leads = leadingDot
    leadingDot = false
    const selects = afterDot
    afterDot = match === '.'
    if (match === '.' && !afterOperand) {
      leadingDot = true
      return ' '
    }
    if (groups.fraction !== undefined && !afterOperand) {
      afterOperand = true
      literals.set(at + match.length - 1, Number(match))
      return '0'.padStart(match.length)
    }
    if (groups.word !== undefined && leads) absolute.add(at)
    afterOperand = groups.other === undefined ? match !== 'in' || selects : /[)\]}]/.test(match)
    if (groups.quoted !== undefined && selects) {
      fields.set(at, match.slice(1, -1))
      return '_'.repeat(match.length)
    }
    const prefix = groups.prefix ?? ''
    return /b/i.test(prefix) ? bytesLiteral(match, at, prefix, literals) : match
  }
  const text = source.replace(token, (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1)
    const at = rest.at(-3)
    return typeof at === 'number' && isGroups(groups) ? rewrite(match, at, groups) : match
  })
  return { text, fields, absolute, literals }
}

type Groups = { readonly [name in 'prefix' | 'blank' | 'quoted' | 'fraction' | 'word' | 'other']?: string }

const isGroups = (value: unknown): value is Groups => typeof value === 'object'

/** Raw bytes are shown to the parser as blank ones of the same length; faulty escapes are left for it to report. */
function bytesLiteral(match: string, at: number, prefix: string, literals: Map<number, number | Uint8Array>): string {
  const quoted = match.slice(prefix.length)
  const quote = quoted.startsWith('"""') || quoted.startsWith("'''") ? quoted.slice(0, 3) : quoted.slice(0, 1)
  const content = quoted.slice(quote.length, -quote.length)
  const start = at + prefix.length - 1
  if (!/r/i.test(prefix)) {
    literals.set(start, bytesOf(content))
    return match
  }
  literals.set(start, new TextEncoder().encode(content))
  return `${' '.repeat(prefix.length - 1)}b${quote}${content.replace(/[^\n]/g, ' ')}${quote}`
}

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }

function bytesOf(content: string): Uint8Array {
  const bytes: number[] = []
  for (const [part] of content.matchAll(/\\(?:[xX][0-9a-fA-F]{2}|[0-7]{3}|[\s\S])|[^\\]+/g)) {
    const code = part[1] ?? ''
    if (part[0] !== '\\') bytes.push(...new TextEncoder().encode(part))
    else if (part.length === 4)
      bytes.push(Number.parseInt(part.slice(/[xX]/.test(code) ? 2 : 1), /[xX]/.test(code) ? 16 : 8) & 255)
    else bytes.push(simple[code] ?? code.charCodeAt(0) & 255)
  }
  return Uint8Array.from(bytes)
}
