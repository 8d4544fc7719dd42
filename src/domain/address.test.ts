import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whyRefused, wrongCidr } from './address.ts'

const never = ', which webhooks never call'
const unlessListed = ', which webhooks may call only where webhook-allow-cidr has it'

test.each([
  ['1.1.1.1'],
  ['8.8.8.8'],
  ['9.255.255.255'],
  ['11.0.0.0'],
  ['100.63.255.255'],
  ['100.128.0.0'],
  ['126.255.255.255'],
  ['128.0.0.1'],
  ['169.253.255.255'],
  ['169.255.0.0'],
  ['172.15.255.255'],
  ['172.32.0.0'],
  ['192.167.255.255'],
  ['192.169.0.0'],
  ['198.17.255.255'],
  ['198.20.0.0'],
  ['223.255.255.255'],
  ['2606:4700:4700::1111'],
  ['2a00:1450:4001:82a::200e'],
  ['2600::'],
  // The same as 8.8.8.8, plainly or through a network’s own NAT64.
  ['::ffff:8.8.8.8'],
  ['::ffff:808:808'],
  ['64:ff9b::8.8.8.8'],
  ['64:ff9b::808:808'],
])('%s may be called', address => {
  expect(whyRefused(address, [])).toBeUndefined()
})

describe('refused unless listed', () => {
  test.each([
    ['127.0.0.1', 'a loopback address'],
    ['127.0.0.0', 'a loopback address'],
    ['127.1.2.3', 'a loopback address'],
    ['127.255.255.255', 'a loopback address'],
    ['::1', 'a loopback address'],
    ['0:0:0:0:0:0:0:1', 'a loopback address'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', 'a loopback address'],
    ['10.0.0.0', 'a private address'],
    ['10.255.255.255', 'a private address'],
    ['172.16.0.0', 'a private address'],
    ['172.31.255.255', 'a private address'],
    ['192.168.0.0', 'a private address'],
    ['192.168.255.255', 'a private address'],
    ['169.254.0.0', 'a link-local address'],
    ['169.254.169.253', 'a link-local address'],
    ['169.254.255.255', 'a link-local address'],
    ['fe80::', 'a link-local address'],
    ['fe80::1', 'a link-local address'],
    ['febf:ffff::1', 'a link-local address'],
    ['fec0::1', 'a site-local address'],
    ['feff::1', 'a site-local address'],
    ['100.64.0.0', 'an address inside a provider’s network'],
    ['100.127.255.255', 'an address inside a provider’s network'],
    ['fc00::', 'a unique-local address'],
    ['fd12:3456:789a::1', 'a unique-local address'],
    ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'a unique-local address'],
    ['224.0.0.0', 'a multicast address'],
    ['239.255.255.255', 'a multicast address'],
    ['ff00::', 'a multicast address'],
    ['ff02::1', 'a multicast address'],
    ['255.255.255.255', 'the broadcast address'],
    ['0.0.0.0', 'an unspecified address'],
    ['0.1.2.3', 'an unspecified address'],
    ['0.255.255.255', 'an unspecified address'],
    ['::', 'an unspecified address'],
    ['2001:2::1', 'an address for benchmarks'],
    // Documentation, benchmarks, future use, protocol assignments, anycast of 6to4 relays and others
    ['192.0.2.1', 'a reserved address'],
    ['198.51.100.1', 'a reserved address'],
    ['203.0.113.255', 'a reserved address'],
    ['198.18.0.0', 'a reserved address'],
    ['198.19.255.255', 'a reserved address'],
    ['240.0.0.0', 'a reserved address'],
    ['255.255.255.254', 'a reserved address'],
    ['192.0.0.1', 'a reserved address'],
    ['192.0.0.170', 'a reserved address'],
    ['192.88.99.1', 'a reserved address'],
    ['192.52.193.1', 'a reserved address'],
    ['192.175.48.1', 'a reserved address'],
    ['2001:db8::1', 'a reserved address'],
    ['2001:DB8:FFFF::1', 'a reserved address'],
    ['3fff::1', 'a reserved address'],
    ['2001:10::1', 'a reserved address'],
    ['2001:20::1', 'a reserved address'],
    ['5f00::1', 'a reserved address'],
    // Never given out
    ['100::1', 'a reserved address'],
    ['100:0:0:1::1', 'a reserved address'],
    ['1fff::1', 'a reserved address'],
    ['4000::1', 'a reserved address'],
    ['e000::1', 'a reserved address'],
    ['fe00::1', 'a reserved address'],
    // IPv4 inside IPv6
    ['::ffff:127.0.0.1', 'a loopback address'],
    ['::FFFF:7F00:1', 'a loopback address'],
    ['::ffff:10.0.0.1', 'a private address'],
    ['::ffff:a00:1', 'a private address'],
    ['0:0:0:0:0:ffff:c0a8:0101', 'a private address'],
    ['::ffff:0.0.0.0', 'an unspecified address'],
    ['::127.0.0.1', 'a reserved address'],
    ['::7f00:1', 'a reserved address'],
    ['::8.8.8.8', 'a reserved address'],
    ['::ffff:0:127.0.0.1', 'a translated IPv4 address'],
    ['::ffff:0:8.8.8.8', 'a translated IPv4 address'],
    ['64:ff9b::127.0.0.1', 'a loopback address'],
    ['64:ff9b::a00:1', 'a private address'],
    ['64:ff9b::c000:201', 'a reserved address'],
    ['64:ff9b:1::1', 'a translated IPv4 address'],
    ['64:ff9b:1:808:8:800::', 'a translated IPv4 address'],
    ['2002:7f00:1::', 'a 6to4 address'],
    ['2002:808:808::1', 'a 6to4 address'],
    ['2001::1', 'a Teredo address'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'a Teredo address'],
    ['2a00:1450::5efe:10.0.0.1', 'a private address'],
    ['2a00:1450::200:5efe:7f00:1', 'a loopback address'],
  ])('%s is %s', (address, kind) => {
    expect(whyRefused(address, [])).toBe(`${kind}${unlessListed}`)
    expect(whyRefused(address, ['0.0.0.0/0', '::/0'])).toBeUndefined()
  })
})

describe('cloud metadata', () => {
  test.each([
    ['169.254.169.254'],
    ['169.254.170.2'],
    ['169.254.170.23'],
    ['100.100.100.200'],
    ['168.63.129.16'],
    ['192.0.0.192'],
    ['169.254.0.23'],
    ['169.254.42.42'],
    ['fd00:ec2::254'],
    ['FD00:0EC2:0:0:0:0:0:0254'],
    ['fd00:ec2::23'],
    ['fd20:ce::254'],
    ['fd00:c1::a9fe:a9fe'],
    ['fd00:42::42'],
    ['::ffff:169.254.169.254'],
    ['::ffff:a9fe:a9fe'],
    ['::ffff:100.100.100.200'],
    ['::169.254.169.254'],
    ['::a9fe:a9fe'],
    ['::ffff:0:a9fe:a9fe'],
    ['64:ff9b::169.254.169.254'],
    ['64:ff9b::a9fe:a9fe'],
    ['64:ff9b:1::a9fe:a9fe'],
    ['64:ff9b:1:a9fe:a9:fe00::'],
    ['64:ff9b:1:a9:fe:a9fe::'],
    ['64:ff9b:1:0:a9:fea9:fe00:0'],
    ['2002:a9fe:a9fe::'],
    ['2002:a9fe:a9fe::1'],
    ['2001:0:a9fe:a9fe::1'],
    ['2001::5601:5601'],
    ['2a00:1450::5efe:a9fe:a9fe'],
    ['2a00:1450::200:5efe:169.254.169.254'],
  ])('%s is never called, whatever is listed', address => {
    expect(whyRefused(address, ['0.0.0.0/0', '::/0', '169.254.0.0/16', 'fd00::/8'])).toBe(
      `a cloud metadata address${never}`,
    )
  })
})

test.each([
  [''],
  ['localhost'],
  ['example.com'],
  ['127.1'],
  ['127.0.1'],
  ['2130706433'],
  ['0x7f.0.0.1'],
  ['0x7f000001'],
  ['0177.0.0.1'],
  ['127.0.0.01'],
  ['127.000.000.001'],
  ['127.0.0.1.'],
  [' 127.0.0.1'],
  ['127.0.0.1\n'],
  ['127.0.0.256'],
  ['1.2.3'],
  ['1.2.3.4.5'],
  ['１２７.0.0.1'],
  ['-1.2.3.4'],
  ['8.8.8.8/32'],
  ['8.8.8.8:80'],
  ['[::1]'],
  ['fe80::1%eth0'],
  ['2606:4700::1111%1'],
  ['::ffff:0x7f.0.0.1'],
  ['::ffff:0177.0.0.1'],
  ['::ffff:8.8.8'],
  ['::ffff:8.8.8.08'],
  ['1:2:3:4:5:6:7'],
  ['1:2:3:4:5:6:7:8:9'],
  ['1::2::3'],
  [':::1'],
  ['12345::1'],
  ['::g'],
  [':'],
])('%j cannot be read as an address and is never called', address => {
  expect(whyRefused(address, ['0.0.0.0/0', '::/0'])).toBe(`an address that cannot be read${never}`)
})

describe('the list of an operator', () => {
  test.each([
    ['127.0.0.1', ['127.0.0.0/8'], true],
    ['127.0.0.1', ['127.0.0.1/32'], true],
    ['127.0.0.2', ['127.0.0.1/32'], false],
    ['127.0.0.1', ['::1/128'], false],
    ['::1', ['127.0.0.0/8'], false],
    ['::1', ['127.0.0.0/8', '::1/128'], true],
    ['::ffff:127.0.0.1', ['127.0.0.0/8'], true],
    ['10.1.2.3', ['10.1.0.0/16'], true],
    ['10.2.2.3', ['10.1.0.0/16'], false],
    ['10.1.127.255', ['10.1.0.0/17'], true],
    ['10.1.128.0', ['10.1.0.0/17'], false],
    ['fd12::1', ['fd00::/8'], true],
    ['fd12::1', ['fd13::/16'], false],
    // Behind NAT64 is another network’s 10.1.2.3.
    ['64:ff9b::10.1.2.3', ['10.0.0.0/8'], false],
    ['64:ff9b::10.1.2.3', ['64:ff9b::/96'], true],
    ['8.8.8.8', ['10.0.0.0/8'], true],
  ])('%s with %j: %s', (address, allowed, may) => {
    expect(whyRefused(address, allowed) === undefined).toBe(may)
  })

  test.each([
    ['10.1.0.0/16'],
    ['0.0.0.0/0'],
    ['127.0.0.1/32'],
    ['::/0'],
    ['::1/128'],
    ['fd12:3456::/32'],
    ['64:ff9b::/96'],
  ])('%s is a CIDR', text => {
    expect(wrongCidr(text)).toBeUndefined()
  })

  const noCidr = (text: string) =>
    `must be CIDRs such as 10.1.0.0/16 or fd12:3456::/32, with commas between: ${JSON.stringify(text)} is none`

  test.each([
    ['10.0.0.0', noCidr('10.0.0.0')],
    ['10.0.0.0/33', noCidr('10.0.0.0/33')],
    ['10.0.0.0/-1', noCidr('10.0.0.0/-1')],
    ['10.0.0.0/08', noCidr('10.0.0.0/08')],
    ['10.0.0.0/255.0.0.0', noCidr('10.0.0.0/255.0.0.0')],
    ['10/8', noCidr('10/8')],
    ['0x0a.0.0.0/8', noCidr('0x0a.0.0.0/8')],
    ['010.0.0.0/8', noCidr('010.0.0.0/8')],
    ['fd00::/129', noCidr('fd00::/129')],
    ['fe80::%eth0/10', noCidr('fe80::%eth0/10')],
    ['localhost/8', noCidr('localhost/8')],
    ['/8', noCidr('/8')],
    ['loopback', noCidr('loopback')],
    ['10.1.2.3/8', 'must have networks by their first address: 10.0.0.0/8, not 10.1.2.3/8'],
    ['fd12:3456::1/32', 'must have networks by their first address: fd12:3456::/32, not fd12:3456::1/32'],
    ['::ffff:10.0.0.0/104', 'must have IPv4 networks in their own form, not as ::ffff:10.0.0.0/104'],
  ])('%s is refused', (text, sentence) => {
    expect(wrongCidr(text)).toBe(sentence)
  })
})

describe('of all addresses', () => {
  test('an IPv4-mapped one is judged as the IPv4 one, listed or not', () => {
    const lists = fc.subarray(['10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0'])
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), nearSpecial), lists, (address, allowed) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const inHex = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        expect(whyRefused(`::ffff:${address}`, allowed)).toBe(whyRefused(address, allowed))
        expect(whyRefused(inHex, allowed)).toBe(whyRefused(address, allowed))
      }),
      { numRuns: 2000 },
    )
  })

  test('what may be called is an address to the operating system too', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4(), fc.ipV4Extended(), fc.string({ unit: addressLetters })), text => {
        if (whyRefused(text, []) === undefined) expect(isIP(text), text).toBeGreaterThan(0)
      }),
      { numRuns: 5000 },
    )
  })

  test('every plain address can be read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => {
        expect(whyRefused(text, []) ?? '').not.toContain('cannot be read')
      }),
      { numRuns: 5000 },
    )
  })

  const addressLetters = fc.constantFrom(...'0123456789abcdefx.:%')
  const nearSpecial = fc
    .tuple(fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255), fc.nat(255), fc.nat(255), fc.nat(255))
    .map(parts => parts.join('.'))
})
