import ipaddr from 'ipaddr.js'

/**
 * Which addresses a webhook may call: those of the open internet, and of the rest what an operator lists as CIDR.
 * Source: events.md, "What may be called"; the registries of special addresses of IANA.
 */
type Address = ipaddr.IPv4 | ipaddr.IPv6

/** What keeps an address from being called, as in "is …" or "resolves to …"; undefined where nothing does. */
export function whyRefused(text: string, allowed: readonly string[]): string | undefined {
  const address = addressFrom(text)
  if (address === undefined) return 'an address that cannot be read, which webhooks never call'
  if ([address, ...inside(address)].some(isMetadata)) return 'a cloud metadata address, which webhooks never call'
  if (allowed.some(cidr => contains(cidr, address))) return undefined
  const kind = kindOf(address)
  return kind && `${kind}, which webhooks may call only where webhook-allow-cidr has it`
}

/** What is wrong with a CIDR of the list, or nothing. */
export function wrongCidr(text: string): string | undefined {
  const [, network = '', prefix = ''] = /^(.+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = plain(network)
  const bits = address?.kind() === 'ipv4' ? 32 : 128
  if (address === undefined || Number(prefix) > bits)
    return `must be CIDRs such as 10.1.0.0/16 or fd12:3456::/32, with commas between: ${JSON.stringify(text)} is none`
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress())
    return `must have IPv4 networks in their own form, not as ${text}`
  const first = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text).toString()
  return first === address.toString()
    ? undefined
    : `must have networks by their first address: ${first}/${prefix}, not ${text}`
}

/** An address in plain notation: four decimal numbers, or IPv6 without a zone. An IPv4-mapped one is the IPv4 one. */
function addressFrom(text: string): Address | undefined {
  const address = plain(text)
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

// ipaddr.js reads what C libraries once read, octal, hexadecimal and missing parts, and takes ::8.8.8.8 for ::ffff:8.8.8.8.
function plain(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const [, start, end = ''] = /^([0-9a-f:]*:)([0-9a-f]*|[\d.]+)$/i.exec(text) ?? []
  if (start === undefined || (end.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(end))) return undefined
  const inHex = start + (end.includes('.') ? hexadecimal(end) : end)
  return ipaddr.IPv6.isValid(inHex) ? ipaddr.IPv6.parse(inHex) : undefined
}

/** `127.0.0.1` → `7f00:0001`, as the end of an IPv6 address. */
const hexadecimal = (dotted: string): string =>
  Buffer.from(ipaddr.IPv4.parse(dotted).octets)
    .toString('hex')
    .replace(/(?=.{4}$)/, ':')

function contains(cidr: string, address: Address): boolean {
  // Asked for either kind, ipaddr.js finds IPv4 by a failure of IPv6, 20 µs for each.
  if (cidr.includes(':')) return address instanceof ipaddr.IPv6 && address.match(ipaddr.IPv6.parseCIDR(cidr))
  return address instanceof ipaddr.IPv4 && address.match(ipaddr.IPv4.parseCIDR(cidr))
}

// ---- what kind an address is of

function kindOf(address: Address): string | undefined {
  const range = address.range()
  const hidden = inside(address).map(kindOf).find(Boolean)
  if (address instanceof ipaddr.IPv6) {
    // NAT64 is how a network of IPv6 alone calls receivers that have IPv4 alone: what counts is whom it calls.
    if (address.match(nat64, 96)) return hidden
    // Outside of what was ever given out, no address is of the open internet, known by name or not.
    if (range === 'unicast' && !address.match(givenOut, 3)) return reserved
  }
  return range === 'unicast' ? hidden : (kinds[range] ?? reserved)
}

const nat64 = ipaddr.IPv6.parse('64:ff9b::')
const givenOut = ipaddr.IPv6.parse('2000::')
const reserved = 'a reserved address'

/** By the names of ipaddr.js. */
const kinds: Readonly<Record<string, string>> = {
  loopback: 'a loopback address',
  private: 'a private address',
  linkLocal: 'a link-local address',
  uniqueLocal: 'a unique-local address',
  deprecatedSiteLocal: 'a site-local address',
  carrierGradeNat: 'an address inside a provider’s network',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  unspecified: 'an unspecified address',
  benchmarking: 'an address for benchmarks',
  rfc6145: 'a translated IPv4 address',
  rfc6052: 'a translated IPv4 address',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
}

// ---- IPv4 inside IPv6

/** Where forms of IPv6 carry an IPv4 address, as places of bytes. A form that carries one may carry several. */
const carriers = [
  carrier('::/96', [12, 13, 14, 15]),
  carrier('::ffff:0:0:0/96', [12, 13, 14, 15]),
  carrier('64:ff9b::/96', [12, 13, 14, 15]),
  // Which of the lengths of RFC 6052 a network uses here is its own affair; byte 8 is always left out.
  carrier('64:ff9b:1::/48', [6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]),
  carrier('2002::/16', [2, 3, 4, 5]),
  carrier('2001::/32', [4, 5, 6, 7], [12, 13, 14, 15]),
]

function carrier(cidr: string, ...places: (readonly number[])[]) {
  return { network: ipaddr.IPv6.parseCIDR(cidr), places }
}

function inside(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return []
  const bytes = address.toByteArray()
  const at = (places: readonly number[]) => new ipaddr.IPv4(places.map(place => bytes[place] ?? 0))
  const carried = carriers.filter(({ network }) => address.match(network)).flatMap(({ places }) => places.map(at))
  // Teredo has the client’s address with every bit turned.
  const turned = carried.map(each => new ipaddr.IPv4(each.octets.map(octet => octet ^ 255)))
  return [
    ...carried,
    ...(address.range() === 'teredo' ? turned : []),
    ...(isIsatap(bytes) ? [at([12, 13, 14, 15])] : []),
  ]
}

/** RFC 5214: the second half of the address reads 0:5efe or 200:5efe and then an IPv4 address. */
const isIsatap = (bytes: number[]): boolean =>
  [0, 2].includes(bytes[8] ?? 1) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe

// ---- metadata: where a cloud hands its machines their credentials

const isMetadata = (address: Address): boolean => metadata.has(address.toString())

const metadata: ReadonlySet<string> = new Set(
  [
    // Amazon, Google, Microsoft, Oracle, DigitalOcean, OpenStack and others
    '169.254.169.254',
    // Amazon: tasks, pods, and machines over IPv6
    '169.254.170.2',
    '169.254.170.23',
    'fd00:ec2::254',
    'fd00:ec2::23',
    // Google and Oracle over IPv6
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    // Alibaba, Tencent, Oracle Classic
    '100.100.100.200',
    '169.254.0.23',
    '192.0.0.192',
    // Microsoft's agent of the machine
    '168.63.129.16',
    // Scaleway
    '169.254.42.42',
    'fd00:42::42',
  ].map(text => ipaddr.parse(text).toString()),
)
