import type { Changed } from '../actions/action.ts'
import type { Principal } from '../domain/principal.ts'
import { hashOf } from '../domain/token.ts'
import type { Reader } from '../engine/reader.ts'
import { type CredentialRow, credentialById, credentialsAfter } from '../store/service-accounts.ts'

interface Credential {
  hash: string
  principal: Principal
  account: string
  expiresAt: number
}

const perSlice = 5000
/** Hashing takes a microsecond, but 10 between two requests, when none of it is in the processor's caches. */
const mostHashesKept = 1000

/**
 * The tokens that may be used, by hash, so that a request is authenticated without SQL. Kept current by the commits
 * that change them: a token revoked is refused by the next request.
 */
export class Tokens {
  private readonly byHash = new Map<string, Credential>()
  private readonly byId = new Map<string, Credential>()
  /** Hashes of texts that were those of tokens, the latest ones. */
  private readonly hashes = new Map<string, string>()
  private readonly scopeLists = new Map<string, readonly string[]>()
  private used = new Map<string, { organization: string; at: number }>()
  private readonly read: Reader
  private readonly clock: () => number

  constructor(read: Reader, clock: () => number) {
    this.read = read
    this.clock = clock
    for (let after = ''; ; ) {
      const rows = read.all(credentialsAfter, { after, limit: perSlice })
      for (const row of rows) this.keep(row)
      if (rows.length < perSlice) break
      after = rows.at(-1)?.id ?? ''
    }
  }

  get size(): number {
    return this.byHash.size
  }

  /** The principal of a token's text; undefined if it is unknown, expired or revoked. */
  identify = (token: string): Principal | undefined => {
    const kept = this.hashes.get(token)
    const hash = kept ?? hashOf(token)
    const credential = this.byHash.get(hash)
    if (!credential) return undefined
    if (kept === undefined) this.keepHash(token, hash)
    const now = this.clock()
    if (credential.expiresAt <= now) return undefined
    const { principal } = credential
    const use = this.used.get(principal.id)
    if (use) use.at = now
    else this.used.set(principal.id, { organization: principal.organization, at: now })
    return principal
  }

  /** Follows a commit. */
  follow({ event, subject }: Changed): void {
    if (event === 'API_TOKEN_CREATION') {
      const row = this.read.find(credentialById, { id: subject })
      if (row) this.keep(row)
    } else if (event === 'API_TOKEN_REVOCATION') this.drop(this.byId.get(subject))
    else if (event === 'SERVICE_ACCOUNT_DELETION')
      for (const credential of [...this.byId.values()]) if (credential.account === subject) this.drop(credential)
  }

  /** Uses since the last call, per organization, for the action that writes them down. */
  takeUses(): Map<string, { id: string; at: number }[]> {
    const uses = new Map<string, { id: string; at: number }[]>()
    for (const [id, { organization, at }] of this.used) {
      const list = uses.get(organization)
      if (list) list.push({ id, at })
      else uses.set(organization, [{ id, at }])
    }
    this.used = new Map()
    return uses
  }

  private keepHash(token: string, hash: string): void {
    if (this.hashes.size >= mostHashesKept) this.hashes.clear()
    this.hashes.set(token, hash)
  }

  private keep(row: CredentialRow): void {
    const credential: Credential = {
      hash: row.hash,
      account: row.serviceAccountId,
      expiresAt: row.expiresAt ?? Number.POSITIVE_INFINITY,
      principal: {
        kind: 'token',
        id: row.id,
        name: row.name,
        organization: row.organizationId,
        scopes: this.scopesOf(row.scopesText),
        instance: row.instanceId ?? undefined,
      },
    }
    this.byHash.set(row.hash, credential)
    this.byId.set(row.id, credential)
  }

  private drop(credential: Credential | undefined): void {
    if (!credential) return
    this.byHash.delete(credential.hash)
    this.byId.delete(credential.principal.id)
  }

  /** Most tokens have one of a few lists of scopes: each is parsed and kept once. */
  private scopesOf(text: string): readonly string[] {
    const known = this.scopeLists.get(text)
    if (known) return known
    const scopes = JSON.parse(text) as string[]
    this.scopeLists.set(text, scopes)
    return scopes
  }
}
