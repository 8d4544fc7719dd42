/** When each session was last used, until the clock has it written down each minute. */
export class SessionUses {
  private used = new Map<string, number>()

  record(id: string, at: number): void {
    this.used.set(id, at)
  }

  /** The last use of a session, of which the database may know an older one. */
  lastOf(id: string, written: number): number {
    return Math.max(written, this.used.get(id) ?? 0)
  }

  /** Uses since the last call, for the action that writes them down. */
  takeUses(): { id: string; at: number }[] {
    const uses = [...this.used].map(([id, at]) => ({ id, at }))
    this.used = new Map()
    return uses
  }
}
