/**
 * The official conformance cases of CEL against this engine, and the table of what passes.
 * Only tests import this file. Source: github.com/cel-expr/cel-spec, tests/simple.
 */
import { getTestRegistry } from '@bufbuild/cel-spec/testdata/registry.js'
import { getConformanceSuite, type IncrementalTest } from '@bufbuild/cel-spec/testdata/tests.js'
import { anyUnpack } from '@bufbuild/protobuf/wkt'
import { skippedSections, skipReason } from './conformance.skips.ts'
import { compileExpression, stepBudget } from './rule.ts'
import { Duration, Timestamp } from './time.ts'
import {
  CelError,
  CelMap,
  CelType,
  CelUint,
  entry,
  isPlain,
  kindOf,
  mapKey,
  type Outcome,
  type Value,
} from './values.ts'

export interface Case {
  readonly section: string
  /** `section/group/name`. */
  readonly name: string
  readonly test: IncrementalTest['original']
}

export const cases: readonly Case[] = getConformanceSuite().suites.flatMap(file =>
  [{ name: '', tests: file.tests }, ...file.suites].flatMap(group =>
    group.tests.map(({ name, original }) => ({
      section: file.name,
      name: [file.name, group.name, name].filter(Boolean).join('/'),
      test: original,
    })),
  ),
)

type ProtoValue = NonNullable<Extract<IncrementalTest['original']['resultMatcher'], { case: 'value' }>['value']>

export type Verdict = { readonly passed: true } | { readonly passed: false; readonly got: string }

const at = { now: Date.UTC(2026, 0, 1) }

/** Runs one case. Whatever is thrown comes out: nothing may be. */
export function run({ test }: Case): Verdict {
  const outcome = outcomeOf(test)
  const { resultMatcher } = test
  const expectsError = resultMatcher.case === 'evalError' || resultMatcher.case === 'anyEvalErrors'
  if (expectsError || outcome instanceof CelError)
    return expectsError && outcome instanceof CelError ? { passed: true } : { passed: false, got: shown(outcome) }
  const wanted = wantedOf(resultMatcher)
  return same(outcome, wanted) ? { passed: true } : { passed: false, got: `${shown(outcome)}, not ${shown(wanted)}` }
}

function outcomeOf(test: Case['test']): Outcome {
  const compiled = compileExpression(test.expr, { check: !test.disableCheck })
  if ('issues' in compiled) return new CelError(compiled.issues.map(issue => issue.message).join('; '))
  const context: Record<string, Value> = {}
  for (const [name, { kind }] of Object.entries(test.bindings))
    if (kind.case === 'value') context[name] = celValue(kind.value)
  return compiled.evaluate(context, at)
}

function wantedOf(matcher: Case['test']['resultMatcher']): Value {
  if (matcher.case === 'value') return celValue(matcher.value)
  return matcher.case === 'typedResult' && matcher.value.result ? celValue(matcher.value.result) : true
}

const registry = getTestRegistry()

function celValue({ kind }: ProtoValue): Value {
  switch (kind.case) {
    case 'uint64Value':
      return new CelUint(kind.value)
    case 'mapValue': {
      const map = new CelMap()
      for (const { key, value } of kind.value.entries) {
        const known = key && mapKey(celValue(key))
        if (known !== undefined && key && value) map.entries.set(known, [celValue(key), celValue(value)])
      }
      return map
    }
    case 'listValue':
      return kind.value.values.map(celValue)
    case 'typeValue':
      return new CelType(kind.value)
    case 'objectValue': {
      const message = anyUnpack(kind.value, registry)
      const { seconds, nanos } = { seconds: 0n, nanos: 0, ...message }
      if (message?.$typeName === 'google.protobuf.Timestamp') return new Timestamp(Number(seconds), nanos)
      if (message?.$typeName !== 'google.protobuf.Duration') throw new Error(`a message: ${kind.value.typeUrl}`)
      return nanos < 0 ? new Duration(Number(seconds) - 1, nanos + 1_000_000_000) : new Duration(Number(seconds), nanos)
    }
    case 'nullValue':
      return null
    case 'enumValue':
    case undefined:
      throw new Error('no value of ours')
    default:
      return kind.value
  }
}

/** Equal in type and value, as the cases demand; NaN is the same as NaN. */
function same(a: Value, b: Value): boolean {
  if (kindOf(a) !== kindOf(b)) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i] ?? null))
  if (a instanceof CelMap || isPlain(a)) {
    if (!(b instanceof CelMap || isPlain(b))) return false
    const keys = keysOf(a)
    return keys.length === keysOf(b).length && keys.every(key => same(entry(a, key) ?? null, entry(b, key) ?? null))
  }
  return shown(a) === shown(b)
}

const keysOf = (map: CelMap | Readonly<Record<string, Value>>): readonly Value[] =>
  map instanceof CelMap ? Array.from(map.entries.values(), ([key]) => key) : Object.keys(map)

const shown = (value: Outcome): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    if (part instanceof CelMap) return [...part.entries.values()]
    return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part
  })

export interface SectionResult {
  readonly section: string
  readonly passed: number
  readonly total: number
  readonly skipped: number
}

/** Runs every case that is not skipped. `failures` name the case and what came out instead. */
export function results(): { sections: readonly SectionResult[]; failures: readonly string[] } {
  const failures: string[] = []
  const sections = [...new Set(cases.map(one => one.section))].map(section => {
    const all = cases.filter(one => one.section === section)
    const counted = all.filter(one => skipReason(one) === undefined)
    const failed = counted.flatMap(one => {
      const verdict = run(one)
      return verdict.passed ? [] : [`${one.name}: ${one.test.expr} gave ${verdict.got}`]
    })
    failures.push(...failed)
    return {
      section,
      passed: counted.length - failed.length,
      total: counted.length,
      skipped: all.length - counted.length,
    }
  })
  return { sections, failures }
}

/** Cases that fail because we differ from the standard on purpose, each with why. */
export const differences: Readonly<Record<string, string>> = {
  'fp_math/fp_math/mod_not_support': 'doubles have a remainder: `n % 2` must work where n is a number of JSON',
  'timestamps/timestamp_range/sub_time_duration_over':
    'a difference of timestamps may exceed 292 years: licenses end in the year 9999',
  'timestamps/timestamp_range/sub_time_duration_under': 'the same, the other way',
}

/** The page of the documentation: passes per section, what fails, what is skipped and why. */
export function conformancePage({ sections, failures }: ReturnType<typeof results>): string {
  const counted = sections.filter(({ total }) => total > 0)
  const row = (name: string, rows: readonly SectionResult[]): readonly string[] => {
    const total = (of: 'passed' | 'total' | 'skipped') => rows.reduce((sum, one) => sum + one[of], 0)
    const [passed, all] = [total('passed'), total('total')]
    return [name, String(passed), String(all), `${((100 * passed) / all).toFixed(2)} %`, String(total('skipped'))]
  }
  const text = counted.filter(({ section }) => section === 'string_ext')
  const rest = counted.filter(({ section }) => section !== 'string_ext')
  return [
    '# Conformance',
    '',
    'The official cases of [CEL](https://github.com/cel-expr/cel-spec), as `@bufbuild/cel-spec` 0.6.1 publishes them, against',
    'the engine of targeting rules. The percentage counts every case that is not skipped. This page is written by',
    '`src/domain/rule/conformance.ts` and compared in a test: `UPDATE_CONFORMANCE=1 vitest run conformance` writes it anew.',
    '',
    ...table([
      ['Section', 'Passed', 'Of', 'Share', 'Skipped'],
      ...rest.map(one => row(one.section, [one])),
      row('**all but string_ext**', rest),
      row('string_ext', text),
    ]),
    '',
    '## What fails',
    '',
    ...failures.map(failure => {
      const name = failure.slice(0, failure.indexOf(':'))
      const expression = cases.find(one => one.name === name)?.test.expr.replaceAll('|', '\\|')
      return `- \`${name}\`, \`${expression}\`: ${differences[name] ?? 'not done'}.`
    }),
    '',
    '## What is skipped',
    '',
    'Single cases are listed in `conformance.skips.ts`; whole sections are:',
    '',
    ...Object.entries(skippedSections).map(([section]) => `- ${section}: ${skipReason({ section, name: '' })}.`),
    '',
    '## Where we differ on purpose beside that',
    '',
    '- Numbers of a context are doubles, and doubles mix with int and uint in arithmetic: `orderCount + 1` is a double.',
    '- `user.plan` reads `{"user": {"plan": …}}` and `{"user.plan": …}`; `has(user.plan)` is false where there is no `user`.',
    '- `now` is the time of the evaluation. An attribute of a context that is named like a type (`type == "trial"`) wins over the type.',
    '- `==` and `!=` bind weaker than `<` and `in`, as in most languages; in the standard they are equal and read from the left.',
    `- An expression ends after ${stepBudget.toLocaleString('en')} steps, whatever it does, with an error that nothing absorbs.`,
    '- Patterns that compile to more than 1,200 instructions are refused, and so are values nested deeper than 200 in comparisons.',
    '',
  ].join('\n')
}

/** Lines of a table, the first column to the left and the others to the right, padded as the formatter wants it. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  const [head = [], ...body] = rows.map(row => line(row.map(pad)))
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)))
  return [String(head), rule, ...body.map(String)]
}
