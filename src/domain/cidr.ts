import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [Address, number]

/** The word that stands for this machine itself in lists of ranges. */
const words: Record<string, readonly string[]> = { loopback: ['127.0.0.0/8', '::1/128'] }

/** Is this a range such as 10.0.0.0/8, an address, or a word that stands for ranges? */
export const isRange = (text: string): boolean =>
  Object.hasOwn(words, text) || ipaddr.isValidCIDR(text) || isAddress(text)

/** ipaddr.js reads 1, 0x7f.1 and 010.0.0.1 as addresses too, as old C libraries did: not here. */
export const isAddress = (text: string): boolean =>
  text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)

/** The one spelling of an address: IPv4 also where it came as IPv6, and no zone. Undefined where it is none. */
export function plainAddress(text: string): string | undefined {
  const [address = ''] = text.split('%')
  return isAddress(address) ? ipaddr.process(address).toString() : undefined
}

/** Whether an address is within one of the ranges; what is no address is in none. */
export function within(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.flatMap(range => words[range] ?? range).map(rangeOf)
  return text => {
    const plain = plainAddress(text)
    if (plain === undefined) return false
    const address = ipaddr.parse(plain)
    return parsed.some(([start, bits]) => start.kind() === address.kind() && matches(address, start, bits))
  }
}

// Their kinds are the same here, which the type of `match` cannot know of a union.
const matches = (address: Address, start: Address, bits: number): boolean =>
  (address as ipaddr.IPv6).match(start as ipaddr.IPv6, bits)

function rangeOf(text: string): Range {
  const [start, bits] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), undefined]
  // ::ffff:10.0.0.0/104 and 10.0.0.0/8 are the same range.
  if (start instanceof ipaddr.IPv6 && start.isIPv4MappedAddress() && (bits ?? 128) >= 96)
    return [start.toIPv4Address(), (bits ?? 128) - 96]
  return [start, bits ?? (start.kind() === 'ipv4' ? 32 : 128)]
}
