import { expect, test } from 'vitest'
import { isRange, plainAddress, within } from './cidr.ts'

test.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['192.168.1.7', '192.168.1.7', true],
  ['192.168.1.7', '192.168.1.8', false],
  ['fd00::/8', 'fd12::1', true],
  ['fd00::/8', 'fe80::1', false],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['0.0.0.0/0', '::1', false],
  ['loopback', '127.8.9.10', true],
  ['loopback', '::1', true],
  ['loopback', '10.0.0.1', false],
  ['10.0.0.0/8', 'unknown', false],
  ['10.0.0.0/8', '', false],
  ['10.0.0.0/8', '0x0a.0.0.1', false],
])('whether %s has %s: %s', (range, address, expected) => {
  expect(within([range])(address)).toBe(expected)
})

test('no list has anything', () => {
  expect(within([])('127.0.0.1')).toBe(false)
})

test.each([
  '10.0.0.0/33',
  '10.0.0',
  '1',
  'example.com',
  '10.0.0.1/',
  '',
  '0x7f.0.0.1',
  '010.0.0.1',
  'constructor',
])('%s is no range', text => {
  expect(isRange(text)).toBe(false)
})

test('an address has one spelling', () => {
  expect(['::ffff:192.0.2.1', '2001:DB8:0:0::1', 'fe80::1%eth0', '192.0.2.1', 'nobody'].map(plainAddress)).toEqual([
    '192.0.2.1',
    '2001:db8::1',
    'fe80::1',
    '192.0.2.1',
    undefined,
  ])
})
