export type Values = Record<string, string | number | boolean | undefined>

/** The address with its query changed: undefined takes a parameter away. */
export function addressWith(path: string, query: Values, changes: Values = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, ...changes }))
    if (value !== undefined && value !== '') parameters.set(name, String(value))
  const text = parameters.toString()
  return text ? `${path}?${text}` : path
}
