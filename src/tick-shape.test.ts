import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('a tick is kept, and one that is made after garbage was collected has its shape', () => {
  const code = `
    import { createHook } from 'node:async_hooks'
    import { keepTickShape, keptTick } from './src/tick-shape.ts'
    keepTickShape()
    setTimeout(() => {
      gc()
      gc()
      let later
      const init = (_id, type, _trigger, resource) => { if (type === 'TickObject') later = resource }
      createHook({ init, trackPromises: false }).enable()
      process.nextTick(() => undefined)
      console.log(typeof keptTick(), %HaveSameMap(keptTick(), later))
    }, 10)`
  const flags = ['--expose-gc', '--allow-natives-syntax', '--input-type=module']
  expect(execFileSync(process.execPath, [...flags, '--eval', code], { encoding: 'utf8' })).toBe('object true\n')
})
