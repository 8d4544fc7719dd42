/** Nothing of ours is nested as deep; a value that contains itself is. */
const deepest = 100

/**
 * Is this data that crosses between threads as it is: null, texts, numbers, booleans, bytes, and lists and records of
 * them? A walk costs 0.2 µs for a usage answer; finding out by cloning it once more would cost 3.
 */
export function isPlain(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function' && typeof value !== 'symbol'
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every(each => isPlain(each, levels - 1))
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value instanceof Uint8Array
  for (const name in value) if (!isPlain((value as Record<string, unknown>)[name], levels - 1)) return false
  return true
}
