import { compileRule } from '../src/domain/rule/rule.ts'
import { median, type Row } from './harness.ts'

interface Context {
  plan: string
  country: string
  seats: number
}

const rule = 'plan == "pro" && country in ["CH", "DE"] && seats > 10'
const written = ({ plan, country, seats }: Context) =>
  plan === 'pro' && (country === 'CH' || country === 'DE') && seats > 10

/** Goal 19: a typical rule, compiled, against the same condition written by hand. In this process, over differing contexts. */
export async function rules(rounds: number): Promise<Row[]> {
  const compiled = compileRule(rule)
  if ('issues' in compiled) throw new Error(compiled.issues.map(({ message }) => message).join())
  // As they come from a client: parsed from JSON.
  const contexts: Context[] = Array.from({ length: 64 }, (_, n) =>
    JSON.parse(
      JSON.stringify({
        targetingKey: `user-${n}`,
        plan: n % 2 ? 'pro' : 'free',
        country: ['CH', 'DE', 'US', 'FR'][(n >> 1) % 4],
        seats: n,
      }),
    ),
  )
  const moment = { now: Date.now() }
  const byRule: number[] = []
  const byHand: number[] = []
  for (let round = 0; round < rounds + 1; round++) {
    const ofRule = nanoseconds(n => compiled.evaluate(contexts[n & 63] as Context, moment) === true)
    const ofHand = nanoseconds(n => written(contexts[n & 63] as Context))
    // The first round goes to the compiler.
    if (round > 0) {
      byRule.push(ofRule)
      byHand.push(ofHand)
    }
  }
  const [product, reference] = [median(byRule), median(byHand)]
  return [
    {
      goal: '19',
      what: `rule evaluation: \`${rule}\``,
      product: `${product.toFixed(1)} ns`,
      reference: `${reference.toFixed(1)} ns`,
      against: 'hand-written JavaScript',
      ratio: product / reference,
      wanted: '≤ 8',
    },
  ]
}

const times = 3_000_000

function nanoseconds(evaluate: (n: number) => boolean): number {
  let trues = 0
  const begun = process.hrtime.bigint()
  for (let n = 0; n < times; n++) if (evaluate(n)) trues++
  const took = Number(process.hrtime.bigint() - begun)
  // Kept, so that the loop is not found to be for nothing.
  if (trues === 0) throw new Error('no context matched')
  return took / times
}
