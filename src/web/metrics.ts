import type { Registry } from 'prom-client'
import type { Evaluations } from '../snapshot/evaluations.ts'
import type { Measure } from './measures.ts'

type PromClient = typeof import('prom-client')

/**
 * The text of /metrics. prom-client is loaded by the first scrape, and with it what it measures of the process (memory,
 * processor, event loop, garbage): who never scrapes pays for none of it.
 */
export class Metrics {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'
  private readonly measures: Measure[]
  private readonly evaluations: Evaluations
  private registry: Promise<{ client: PromClient; registry: Registry }> | undefined

  constructor(measures: readonly Measure[], evaluations: Evaluations) {
    this.measures = [...measures]
    this.evaluations = evaluations
  }

  /** For what comes and goes with a door or the courier. */
  add(measure: Measure): void {
    this.measures.push(measure)
    void this.registry?.then(({ client, registry }) => register(client, registry, measure))
  }

  /** Names of flags are their organization's own business: undefined is whoever runs the house, who sees them all. */
  async text(organization: string | undefined): Promise<string> {
    this.registry ??= this.load()
    const { client, registry } = await this.registry
    const flags = new client.Registry()
    register(client, flags, evaluated(this.evaluations, organization))
    const texts = await Promise.all([registry.metrics(), flags.metrics()])
    return texts.join('\n')
  }

  private async load(): Promise<{ client: PromClient; registry: Registry }> {
    const client = await import('prom-client')
    const registry = new client.Registry()
    client.collectDefaultMetrics({ register: registry })
    for (const measure of this.measures) register(client, registry, measure)
    return { client, registry }
  }
}

const evaluated = (evaluations: Evaluations, organization: string | undefined): Measure => ({
  name: 'kaiten_flag_evaluations_total',
  help: 'Evaluations by flag and reason. Beyond 500 flags the rest is one: other.',
  labels: ['organization', 'flag', 'reason'],
  *counter() {
    for (const { count, ...labels } of evaluations.counts())
      if (organization === undefined || labels.organization === organization) yield [count, labels]
  },
})

function register(client: PromClient, registry: Registry, measure: Measure): void {
  const { name, help, labels = [], counter, gauge, histogram } = measure
  const registers = [registry]
  const described = { name, help, labelNames: [...labels], registers }
  if (counter)
    new client.Counter({
      ...described,
      collect() {
        this.reset()
        for (const [value, its = {}] of counter()) this.inc(its, value)
      },
    })
  if (gauge)
    new client.Gauge({
      ...described,
      collect() {
        this.reset()
        for (const [value, its = {}] of gauge()) this.set(its, value)
      },
    })
  if (histogram) {
    const prepared = new client.Histogram(described)
    // It would count one value after the other; ours lie in their buckets already.
    Object.assign(prepared, {
      getForPromString: async () => ({ name, help, type: 'histogram', values: [...valuesOf(name, histogram())] }),
    })
  }
}

function* valuesOf(name: string, distributions: ReturnType<NonNullable<Measure['histogram']>>) {
  for (const [{ bounds, counts, sum }, labels = {}] of distributions) {
    let upTo = 0
    for (const [at, count] of counts.entries()) {
      upTo += count
      yield { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[at] ?? '+Inf' }, value: upTo }
    }
    yield { metricName: `${name}_sum`, labels, value: sum }
    yield { metricName: `${name}_count`, labels, value: upTo }
  }
}
