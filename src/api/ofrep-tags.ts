/** Of a context, in bytes: what asks again and again is small, and a larger one may be tagged anew each time. */
const longest = 4096
/** Of all bodies, in bytes with what a table needs for each: twenty thousand usual ones. */
const most = 8 * 1024 * 1024
const perBody = 256

interface Told {
  state: readonly unknown[]
  tag: string
}

/**
 * The tags of bodies that came lately. A client that polls sends the same bytes until its context changes, and to read
 * these and to make their tag would be a quarter of telling it that nothing has changed. Other bytes that mean the same
 * have the same tag, which is made for each of them.
 */
export class Tags {
  private told = new Map<string, Told>()
  private held = 0

  /** The tag for these bytes where all else that an answer depends on is in this state; made where it is not known. */
  of(body: Buffer, state: readonly unknown[], make: () => string): string {
    if (body.length > longest) return make()
    const bytes = body.toString('latin1')
    const known = this.told.get(bytes)
    if (known && isSame(known.state, state)) return known.tag
    const tag = make()
    if (known) {
      known.state = state
      known.tag = tag
    } else this.keep(bytes, { state, tag })
    return tag
  }

  private keep(bytes: string, told: Told): void {
    const size = bytes.length + perBody
    if (this.held + size > most) {
      this.told = new Map()
      this.held = 0
    }
    this.held += size
    this.told.set(bytes, told)
  }
}

/** Both of one length. */
function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false
  return true
}
