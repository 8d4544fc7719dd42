import { expect, test } from 'vitest'
import { progressBar } from './progress.ts'

function screen(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, write: (text: string) => written.push(text), written }
}

test('on a terminal a bar is redrawn in its line, and the line is left empty', () => {
  const terminal = screen(true)
  const bar = progressBar(terminal)
  bar.show({ phase: 'copying', done: 0, total: 200 })
  bar.show({ phase: 'copying', done: 50, total: 200 })
  bar.show({ phase: 'copying', done: 50, total: 200 })
  bar.show({ phase: 'copying', done: 210, total: 200 })
  bar.clear()
  expect(terminal.written).toEqual([
    '\r\x1b[2Kcopying      …',
    `\r\x1b[2Kcopying      ${'█'.repeat(8)}${'░'.repeat(22)}  25 % of 200 bytes`,
    `\r\x1b[2Kcopying      ${'█'.repeat(30)} 100 % of 200 bytes`,
    '\r\x1b[2K',
  ])
})

test('in a pipe nothing is drawn', () => {
  const pipe = screen(false)
  const bar = progressBar(pipe)
  bar.show({ phase: 'copying', done: 50, total: 200 })
  bar.clear()
  expect(pipe.written).toEqual([])
})
