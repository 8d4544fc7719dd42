import ipaddr from 'ipaddr.js'
import { whyRefused } from './address.ts'

/** What an operator allows webhooks beyond https to the open internet. */
export interface Allowed {
  http: boolean
  /** CIDRs with which `wrongCidr` finds nothing wrong. */
  cidrs: readonly string[]
}

const mostCharacters = 2048

/**
 * What is wrong with a webhook's URL, or nothing. Looks at the text as it was written: a URL parser turns 0x7f.1,
 * 127.1, ①②⑦.1 and %31%32%37.1 into 127.0.0.1 before anyone can see them, and not all parsers do so alike. What a name
 * resolves to is looked at when it is called. Source: events.md, "What may be called".
 */
export function whyNotCallable(text: string, allowed: Allowed): string | undefined {
  if (text.length > mostCharacters) return `must be at most ${mostCharacters} characters`
  if (!/^[!-~]*$/.test(text) || text.includes('\\'))
    return 'must be of visible ASCII characters without \\; names beyond that are written as xn--…, paths with %'
  const [, scheme, authority, rest] = /^([a-z]+):\/\/([^/?#]*)(.*)$/i.exec(text) ?? []
  if (authority === undefined || !allowedSchemes(allowed).includes(scheme?.toLowerCase() ?? ''))
    return allowed.http ? 'must begin with https:// or http://' : 'must begin with https://'
  if (authority.includes('@')) return 'must have no name or password; receivers know us by the signature'
  if (rest?.includes('#')) return 'must have no #…, which is never sent'
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? []
  if (host === undefined || !isPort(port)) return 'must have a port from 1 to 65535 after the colon, or none'
  const refused = whyNoHost(host.toLowerCase(), allowed.cidrs)
  if (refused) return refused
  return isReadAlike(text, host.toLowerCase()) ? undefined : `names a host that cannot be read: ${host}`
}

const allowedSchemes = ({ http }: Allowed): string[] => (http ? ['https', 'http'] : ['https'])

const isPort = (port: string | undefined): boolean =>
  port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535)

function whyNoHost(host: string, cidrs: readonly string[]): string | undefined {
  if (host === '') return 'must name a host'
  const address = host.startsWith('[') ? host.slice(1, -1) : host
  if (host.startsWith('[') || ipaddr.IPv4.isValidFourPartDecimal(host)) return named(host, whyRefused(address, cidrs))
  if (endsInNumber(host))
    return `must write a numeric host as four plain decimal numbers, such as 203.0.113.7, not as ${host}`
  if (!isHostName(host)) return `must name its host by letters, digits, hyphens and dots, not as ${host}`
  // RFC 6761: such names are loopback everywhere, so that saving them can be refused already.
  return /^(.+\.)?localhost$/.test(host) ? named(host, whyRefused('127.0.0.1', cidrs)) : undefined
}

const named = (host: string, refused: string | undefined) => refused && `names ${host}, which is ${refused}`

/** What URL parsers take for an IPv4 address: the last label is decimal or hexadecimal, one dot at the end aside. */
const endsInNumber = (host: string): boolean => /(^|\.)(\d+|0x[0-9a-f]*)\.?$/.test(host)

/** RFC 1123, with the underscores that internal names have; no dot at the end, which certificates do not know. */
const isHostName = (host: string): boolean =>
  host.length <= 253 && host.split('.').every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))

/** The parser that the courier will use must see the host that was looked at here; it writes IPv6 in its own form. */
const isReadAlike = (text: string, host: string): boolean =>
  URL.canParse(text) && (host.startsWith('[') || new URL(text).hostname === host)
