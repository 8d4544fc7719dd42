import { rfc3339 } from '../domain/input.ts'
import { DAY } from './calendar.ts'
import type { Scene, Stage } from './stage.ts'

/** Flags of every type, and what became of them: shares that grow, rules that are added, one that was switched off. */
export const flagScenes = (stage: Stage): Scene[] => [
  stage.scene(0, 14, () => firstFlags(stage)),
  stage.scene(2, 14, () => laterFlags(stage)),
  ...[30, 60].map((share, step) => stage.scene(6 + step * 7, 10, () => change(stage, 'new-checkout', rollout(share)))),
  stage.scene(8, 16.5, () => kitchenDisplay(stage)),
  stage.scene(11, 11, () =>
    change(stage, 'menu-layout', { targetingRules: [...layoutRules, onePercentOf('Try compact elsewhere')] }),
  ),
  stage.scene(15, 12, () => change(stage, 'legacy-printer', { enabled: false })),
  stage.scene(20, 15, () =>
    stage.as('priya')('featureFlags.create', {
      ...{ name: 'Dark Kitchen', type: 'boolean', description: 'Delivery without a dining room. Not before 4.3.' },
    }),
  ),
]

const rollout = (on: number) => ({ defaultVariant: { type: 'rolloutPercentage', distribution: { on, off: 100 - on } } })
const onAndOff = [
  { name: 'on', value: true },
  { name: 'off', value: false },
]
const layoutRules = [
  { type: 'basic', name: 'Chains', rule: '__kaiten.license.family == "enterprise"', variant: 'grid' },
  { type: 'basic', name: 'Asia', rule: '__kaiten.zone.slug == "ap-shared"', variant: 'compact' },
]
const onePercentOf = (name: string) => ({
  ...{ type: 'rolloutPercentage', name, rule: 'has(__kaiten.zone) && __kaiten.zone.type == "SHARED"' },
  distribution: { compact: 10, classic: 90 },
})

const change = (stage: Stage, flag: string, changes: object) =>
  stage.as('priya')('featureFlags.update', changes, { flag })

async function firstFlags(stage: Stage): Promise<void> {
  const create = (draft: object) => stage.as('priya')('featureFlags.create', { enabled: true, ...draft })
  await create({
    ...{ name: 'New Checkout', type: 'boolean', description: 'Pay in one step. Grows while payments stay quick.' },
    ...{ variants: onAndOff, ...rollout(10) },
    targetingRules: [
      { type: 'basic', name: 'Everybody at work', rule: 'user.email.endsWith("@umami.example")', variant: 'on' },
      {
        type: 'basic',
        name: 'Not on-premises',
        rule: '__kaiten.instance.metadata.hosting == "on-premises"',
        variant: 'off',
      },
    ],
  })
  await create({
    ...{ name: 'Menu Layout', type: 'string', defaultVariant: { type: 'basic', value: 'classic' } },
    variants: ['classic', 'grid', 'compact'].map(name => ({ name, value: name })),
    targetingRules: layoutRules,
  })
  await create({
    ...{ name: 'Checkout Timeout', type: 'number', description: 'Seconds.' },
    defaultVariant: { type: 'basic', value: 'normal' },
    variants: [
      { name: 'short', value: 5 },
      { name: 'normal', value: 15 },
      { name: 'patient', value: 45 },
    ],
    targetingRules: [
      {
        type: 'basic',
        name: 'Slow lines',
        rule: '__kaiten.instance.metadata.hosting == "on-premises"',
        variant: 'patient',
      },
    ],
  })
  await create({
    name: 'Legacy Printer',
    type: 'boolean',
    defaultVariant: { type: 'basic', value: 'on' },
    variants: onAndOff,
  })
}

async function laterFlags(stage: Stage): Promise<void> {
  const create = (draft: object) => stage.as('priya')('featureFlags.create', { enabled: true, ...draft })
  await create({
    ...{ name: 'Promo Banner', type: 'object', defaultVariant: { type: 'basic', value: 'disabled' } },
    variants: [
      { name: 'disabled', value: { enabled: false } },
      { name: 'festive', value: { enabled: true, message: 'Free miso', color: '#e4572e' } },
    ],
    targetingRules: [{ type: 'basic', name: 'Sakura', rule: 'tenantSlug == "sakura-tokyo"', variant: 'festive' }],
  })
  await create({
    ...{ name: 'Upgrade Hint', type: 'boolean', description: 'Shown to owners who will soon need the next plan.' },
    targetingRules: [
      {
        type: 'basic',
        name: 'Four fifths used',
        rule: '__kaiten.entitlements["api-calls"].percentage >= 80',
        variant: 'on',
      },
    ],
  })
  await create({
    ...{ name: 'Forecast Page', type: 'boolean' },
    targetingRules: [
      { type: 'basic', name: 'Bought it', rule: '__kaiten.entitlements["demand-forecast"].enabled', variant: 'on' },
    ],
  })
}

/** Half way at the present. */
const kitchenDisplay = (stage: Stage) =>
  stage.as('priya')('featureFlags.create', {
    ...{ name: 'Kitchen Display', type: 'boolean', enabled: true, variants: onAndOff },
    defaultVariant: {
      type: 'rolloutDate',
      start: { date: rfc3339(stage.calendar.end - 10 * DAY), percentage: 0, variant: 'off' },
      end: { date: rfc3339(stage.calendar.end + 10 * DAY), percentage: 100, variant: 'on' },
    },
  })
