import type { Config } from '../config.ts'

/** Where people open links: what they reach is this machine's own name where the server listens on all addresses. */
export function baseUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
