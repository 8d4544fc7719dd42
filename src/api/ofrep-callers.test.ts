import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { Callers } from './ofrep-callers.ts'

const connection = (remoteAddress: string) => ({ remoteAddress })
const request = (socket: object, headers: Record<string, string> = {}) =>
  ({ socket, headers }) as unknown as IncomingMessage

test('a client is told of what it has not seen, whichever connection it came by and whoever shares it', () => {
  const callers = new Callers()
  const [first, second] = [connection('192.0.2.1'), connection('192.0.2.1')]
  const [anna, ben] = [{ 'user-agent': 'anna' }, { 'user-agent': 'ben' }]
  const seen = () => [anna, ben].map(headers => callers.lastAnswered(request(second, headers)))
  expect(seen()).toEqual([undefined, undefined])
  callers.answered(request(first, anna), 1)
  callers.answered(request(first, ben), 1)
  expect(seen()).toEqual([1, 1])
  callers.answered(request(second, anna), 2)
  callers.answered(request(first, ben), 1)
  expect(seen()).toEqual([2, 1])
  callers.answered(request(first, ben), 2)
  callers.answered(request(first, anna), 3)
  expect(seen()).toEqual([3, 2])
})

test('clients behind one proxy are told apart', () => {
  const callers = new Callers()
  const proxy = connection('192.0.2.1')
  const behind = (address: string) => request(proxy, { 'x-forwarded-for': address })
  callers.answered(behind('198.51.100.1'), 1)
  callers.answered(behind('198.51.100.2'), 1)
  callers.answered(behind('198.51.100.1'), 2)
  expect(['1', '2', '3'].map(last => callers.lastAnswered(behind(`198.51.100.${last}`)))).toEqual([2, 1, undefined])
})
