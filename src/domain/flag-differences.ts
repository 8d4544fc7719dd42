import { isDeepStrictEqual } from 'node:util'
import { choiceOfRule, type FlagRevisionRecord } from './flag.ts'
import { choiceWords } from './flag-words.ts'

type Flag = FlagRevisionRecord['flag']

/** One thing that differs between two revisions, in words; undefined where it is not there. */
export interface Difference {
  what: string
  before: string | undefined
  after: string | undefined
}

/** What changed from one revision of a flag to another. Variants and rules are the same where their names are. */
export function flagDifferences(before: Flag, after: Flag): Difference[] {
  const [old, now] = [before, after].map(linesOf) as [Map<string, string>, Map<string, string>]
  const places = [...new Set([...old.keys(), ...now.keys()])]
  const changed = places
    .map(what => ({ what, before: old.get(what), after: now.get(what) }))
    .filter(difference => difference.before !== difference.after)
  return [...changed, ...orderDifferences(before, after)]
}

/** Each thing that can differ, by what it is called. */
function linesOf({ name, description, type, enabled, salt, variants, defaultVariant, targetingRules }: Flag) {
  const lines = new Map<string, string>([
    ['Name', name],
    ['Type', type],
    ['Enabled', enabled ? 'on' : 'off'],
    ['Default', choiceWords(defaultVariant)],
  ])
  if (description !== null) lines.set('Description', description)
  if (salt !== null) lines.set('Salt', salt)
  for (const variant of variants) {
    const words = variant.description ? ` (${variant.description})` : ''
    lines.set(`Variant ${variant.name}`, JSON.stringify(variant.value) + words)
  }
  for (const rule of targetingRules)
    addRule(lines, rule.name, `if ${rule.rule}\nserve ${choiceWords(choiceOfRule(rule))}`)
  return lines
}

/** Names of rules may repeat. */
function addRule(lines: Map<string, string>, name: string, text: string): void {
  let place = `Rule ${name}`
  for (let n = 2; lines.has(place); n++) place = `Rule ${name} (${n})`
  lines.set(place, text)
}

/** Rules that only moved. */
function orderDifferences(before: Flag, after: Flag): Difference[] {
  const [old, now] = [before, after].map(flag => flag.targetingRules.map(({ name }) => name)) as [string[], string[]]
  const stayed = (names: string[], others: string[]) => names.filter(name => others.includes(name))
  if (isDeepStrictEqual(stayed(old, now), stayed(now, old))) return []
  return [{ what: 'Order of rules', before: old.join(', '), after: now.join(', ') }]
}
