import type { Family } from './catalog.ts'

/** Who bought it. Years of contracts lie before the demo's past, so that licenses end, and months begin, on any day. */

export interface InstancePlan {
  name: string
  family: Family
  /** Where it is not the family's first. */
  license?: string
  zone: 'eu-shared' | 'us-shared' | 'ap-shared' | 'sakura-dedicated' | 'staging' | null
  /** Days from the present to the end of the license; of a trial too. It began a year before, a trial four weeks. */
  endsIn: number | null
  /** Of a month's quota: above 1 it meets its limit before the month is over. */
  appetite: number
  /** Of the week's exports. */
  exports: number
  /** Reports come so often in a busy hour. */
  chattiness: number
  metadata?: Record<string, unknown>
}

export interface CustomerPlan {
  name: string
  slug: string
  /** Hours that its clocks are ahead of UTC. */
  ahead: number
  /** The working day on which it came; -1 was there before. */
  came: number
  instances: readonly InstancePlan[]
}

type Given = Partial<Omit<InstancePlan, 'name' | 'family' | 'zone'>>

const instance = (name: string, family: Family, zone: InstancePlan['zone'], given: Given = {}): InstancePlan => ({
  ...{ name, family, zone, endsIn: 200, appetite: 0.55, exports: 0.4, chattiness: 1 },
  ...given,
})

const staging = (name: string): InstancePlan =>
  instance(`${name} Staging`, 'developer', 'staging', { endsIn: null, appetite: 0.2, exports: 0.1, chattiness: 0.4 })

const customer = (
  name: string,
  slug: string,
  ahead: number,
  came: number,
  ...instances: InstancePlan[]
): CustomerPlan => ({ name, slug, ahead, came, instances })

export const customers: readonly CustomerPlan[] = [
  customer(
    'Sakura Tokyo',
    'sakura',
    9,
    -1,
    instance('Sakura Tokyo', 'pro', 'ap-shared', { endsIn: 34, appetite: 1.35, exports: 1.15, chattiness: 3 }),
    instance('Sakura Osaka', 'pro', 'ap-shared', { endsIn: 130, appetite: 0.8, chattiness: 2 }),
    staging('Sakura'),
  ),
  customer(
    'Trattoria Bella Napoli',
    'bella-napoli',
    1,
    -1,
    instance('Bella Napoli Roma', 'enterprise', 'eu-shared', { endsIn: 310, appetite: 0.7, chattiness: 2.5 }),
    instance('Bella Napoli Milano', 'enterprise', 'eu-shared', { endsIn: 310, appetite: 0.5, chattiness: 2 }),
    staging('Bella Napoli'),
  ),
  customer(
    'Harvest & Co.',
    'harvest',
    -5,
    -1,
    instance('Harvest East', 'enterprise', 'us-shared', { endsIn: 48, appetite: 0.9, chattiness: 3 }),
    instance('Harvest West', 'enterprise', 'us-shared', { endsIn: 48, appetite: 0.6, chattiness: 2 }),
    staging('Harvest'),
  ),
  customer(
    'Café Zürich',
    'cafe-zurich',
    1,
    -1,
    instance('Café Zürich', 'starter', 'eu-shared', { endsIn: 5, appetite: 1.15, exports: 1.2, chattiness: 1.5 }),
  ),
  customer(
    'Noodle Republic',
    'noodle-republic',
    8,
    -1,
    instance('Noodle Republic Singapore', 'pro', 'ap-shared', { endsIn: 95, appetite: 1.05, chattiness: 2 }),
    instance('Noodle Republic Bangkok', 'pro', 'ap-shared', { endsIn: 95, appetite: 0.7 }),
    instance('Noodle Republic Jakarta', 'starter', 'ap-shared', { endsIn: 95, exports: 0.5 }),
  ),
  customer(
    'Taquería Sol',
    'taqueria-sol',
    -6,
    -1,
    instance('Taquería Sol', 'starter', 'us-shared', { endsIn: 33, appetite: 0.95, exports: 0.8 }),
  ),
  customer(
    'Fjord Kitchen',
    'fjord-kitchen',
    1,
    -1,
    instance('Fjord Kitchen Oslo', 'pro', 'eu-shared', { endsIn: 71, appetite: 0.85, exports: 0.9, chattiness: 1.5 }),
    instance('Fjord Kitchen Bergen', 'starter', 'eu-shared', { endsIn: 71 }),
    staging('Fjord Kitchen'),
  ),
  customer(
    'Le Petit Four',
    'le-petit-four',
    1,
    -1,
    instance('Le Petit Four Lyon', 'starter', 'eu-shared', { endsIn: 154, appetite: 0.6 }),
  ),
  customer(
    'Spice Route',
    'spice-route',
    5,
    -1,
    instance('Spice Route Mumbai', 'pro', 'ap-shared', { endsIn: 250, appetite: 0.9, exports: 1, chattiness: 1.5 }),
    instance('Spice Route Delhi', 'pro', 'ap-shared', { endsIn: 250, appetite: 0.4 }),
    staging('Spice Route'),
  ),
  customer(
    'Golden Wok',
    'golden-wok',
    -8,
    -1,
    instance('Golden Wok', 'starter', 'us-shared', { endsIn: -4, appetite: 0.8 }),
  ),
  customer(
    'Brasserie du Port',
    'brasserie-du-port',
    1,
    -1,
    instance('Brasserie du Port', 'pro', 'eu-shared', { endsIn: 17, appetite: 0.7 }),
  ),
  customer(
    'Smokehouse 27',
    'smokehouse-27',
    -6,
    -1,
    instance('Smokehouse Austin', 'pro', 'us-shared', { endsIn: 58, appetite: 0.75, exports: 0.7 }),
    instance('Smokehouse Houston', 'starter', 'us-shared', { endsIn: 58, appetite: 0.3 }),
    instance('Smokehouse Dallas', 'starter', 'us-shared', { endsIn: 58 }),
  ),
  customer(
    'Green Bowl',
    'green-bowl',
    0,
    -1,
    instance('Green Bowl London', 'starter', 'eu-shared', { endsIn: 101, appetite: 0.9, exports: 0.9 }),
  ),
  customer(
    'Klinikum Nord Catering',
    'klinikum-nord',
    1,
    -1,
    // Reports by itself, with a token that is bound to it.
    instance('Klinikum Nord', 'enterprise', null, {
      ...{ endsIn: 340, appetite: 0.2, chattiness: 1.5 },
      metadata: { hosting: 'on-premises', contact: 'it@klinikum-nord.example' },
    }),
  ),
  customer(
    'Pho & Friends',
    'pho-and-friends',
    7,
    -1,
    instance('Pho & Friends', 'starter', 'ap-shared', { endsIn: 143, appetite: 0.5 }),
  ),
  customer('Old Mill Inn', 'old-mill-inn', 0, -1),
  customer(
    'Marina Grill',
    'marina-grill',
    -5,
    4,
    instance('Marina Grill', 'starter', 'us-shared', { endsIn: 345, appetite: 0.6 }),
  ),
  customer(
    'Dumpling House',
    'dumpling-house',
    8,
    5,
    instance('Dumpling House', 'trial', 'ap-shared', { endsIn: -9, appetite: 0.9, exports: 0.8 }),
  ),
  customer(
    'Bistro Lumière',
    'bistro-lumiere',
    1,
    7,
    instance('Bistro Lumière', 'starter', 'eu-shared', { endsIn: 340, appetite: 0.8 }),
  ),
  customer(
    'Casa Verde',
    'casa-verde',
    -3,
    9,
    instance('Casa Verde São Paulo', 'trial', 'us-shared', { endsIn: 9, appetite: 1.3, exports: 1 }),
  ),
  customer(
    'Kebab Korner',
    'kebab-korner',
    3,
    11,
    instance('Kebab Korner', 'starter', 'eu-shared', { endsIn: 349, appetite: 0.7 }),
  ),
  customer(
    'Hanok Table',
    'hanok-table',
    9,
    13,
    instance('Hanok Table Seoul', 'pro', 'ap-shared', {
      license: 'pro-v2',
      endsIn: 346,
      appetite: 0.9,
      chattiness: 1.5,
    }),
    staging('Hanok Table'),
  ),
  customer(
    'Blue Door Deli',
    'blue-door-deli',
    -5,
    16,
    instance('Blue Door Deli', 'trial', 'us-shared', { endsIn: 16, appetite: 0.8 }),
  ),
  customer(
    'Wiener Melange',
    'wiener-melange',
    1,
    19,
    instance('Wiener Melange', 'starter', 'eu-shared', { license: 'starter-v2', endsIn: 357, appetite: 0.9 }),
  ),
  customer('Ramen Lab', 'ramen-lab', 9, 22, instance('Ramen Lab', 'trial', 'ap-shared', { endsIn: 24, appetite: 1 })),
]
