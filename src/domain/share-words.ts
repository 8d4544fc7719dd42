/** What each weight comes to, as weights need not total 100. */
export function shareWords(weights: readonly (readonly [variant: string, weight: number])[]): string {
  const total = totalOf(weights)
  if (total === 0) return 'nobody: all weights are zero'
  return weights
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => `${name} ${rounded((weight / total) * 100)} %`)
    .join(', ')
}

/** `Together 90: on 33.333 %, off 66.667 %` */
export function sumWords(weights: readonly (readonly [variant: string, weight: number])[]): string {
  const total = totalOf(weights)
  return total === 100 ? 'Together 100 %.' : `Together ${rounded(total)}. That makes ${shareWords(weights)}.`
}

const totalOf = (weights: readonly (readonly [string, number])[]): number =>
  rounded(weights.reduce((sum, [, weight]) => sum + (weight > 0 ? weight : 0), 0))

const rounded = (value: number): number => Math.round(value * 1000) / 1000
