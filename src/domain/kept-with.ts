/** What follows from an object alone, worked out when it is first asked for and kept as long as the object is. */
export function keptWith<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>()
  return of => {
    const kept = made.get(of)
    if (kept !== undefined || made.has(of)) return kept as V
    const value = make(of)
    made.set(of, value)
    return value
  }
}
