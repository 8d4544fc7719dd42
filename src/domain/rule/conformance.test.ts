import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { skippedCases, skippedSections } from './conformance.skips.ts'
import { cases, conformancePage, differences, results } from './conformance.ts'

const page = new URL('./conformance.md', import.meta.url)
const outcome = results()

describe('conformance with the standard', () => {
  test('at least 95 % of the cases outside string_ext pass', () => {
    const counted = outcome.sections.filter(({ section }) => section !== 'string_ext')
    const passed = counted.reduce((sum, one) => sum + one.passed, 0)
    const total = counted.reduce((sum, one) => sum + one.total, 0)
    console.log(outcome.sections.map(one => `${one.section} ${one.passed}/${one.total}`).join(', '))
    expect(total).toBeGreaterThan(1_300)
    expect(passed / total).toBeGreaterThanOrEqual(0.95)
  })

  test('what fails outside string_ext fails on purpose', () => {
    const failed = outcome.failures.map(failure => failure.slice(0, failure.indexOf(':')))
    expect(failed.filter(name => !name.startsWith('string_ext/')).sort()).toEqual(Object.keys(differences).sort())
  })

  test('the page of the documentation says what passes today', () => {
    const written = conformancePage(outcome)
    if (process.env.UPDATE_CONFORMANCE) writeFileSync(page, written)
    expect(readFileSync(page, 'utf8')).toBe(written)
  })

  test('every skipped case exists, and none is skipped twice', () => {
    const names = new Set(cases.map(({ name }) => name))
    const skipped = Object.values(skippedCases).flat()
    expect(skipped.filter(name => !names.has(name))).toEqual([])
    expect(skipped.filter(name => Object.hasOwn(skippedSections, name.split('/')[0] ?? ''))).toEqual([])
    expect(new Set(skipped).size).toBe(skipped.length)
  })
})
