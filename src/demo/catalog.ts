/** What Umami Software sells: software for restaurants, in four plans and one for its partners' developers. */

const number = (value: number) => ({ type: 'number', value }) as const
const on = { type: 'boolean', value: true } as const
const off = { type: 'boolean', value: false } as const
const support = (level: string, hours: string, ...channels: string[]) =>
  ({ type: 'object', value: { level, hours, channels } }) as const
const regions = (...names: string[]) => ({ type: 'object', value: { regions: names } }) as const
const unlimited = number(-1)

/** A quota for each way to count, switches, and configuration. */
export const entitlements = [
  {
    ...{ name: 'API Calls', type: 'NUMBER', aggregationMethod: 'SUM' },
    ...{ unitSingular: 'call', unitPlural: 'calls', resetPeriod: 'MONTH', resetAnchor: 'LICENSE_START' },
    description: 'Requests to the public API, counted by the gateway and reported in bulk.',
  },
  {
    ...{ name: 'Report Exports', type: 'NUMBER', aggregationMethod: 'COUNT' },
    ...{ unitSingular: 'export', unitPlural: 'exports', resetPeriod: 'WEEK', warningThresholdPercent: 90 },
    description: 'Sales reports exported as PDF or spreadsheet, per week.',
  },
  {
    ...{ name: 'Staff Seats', type: 'NUMBER', meterType: 'CALCULATED_USAGE', aggregationMethod: 'LATEST' },
    ...{ unitSingular: 'seat', unitPlural: 'seats', warningThresholdPercent: 90 },
    description: 'People who can sign in at the tills and in the back office.',
  },
  {
    ...{ name: 'Storage', type: 'NUMBER', aggregationMethod: 'SUM', unitSingular: 'GB', unitPlural: 'GB' },
    description: 'Pictures of dishes and receipts; deletions give back.',
  },
  {
    ...{ name: 'Peak Orders', type: 'NUMBER', aggregationMethod: 'MAX' },
    ...{ unitSingular: 'order', unitPlural: 'orders', resetPeriod: 'WEEK' },
    description: 'The most orders open at one moment of a week.',
  },
  {
    ...{ name: 'Checkout Time', type: 'NUMBER', aggregationMethod: 'AVERAGE' },
    ...{ unitSingular: 'ms', unitPlural: 'ms', resetPeriod: 'WEEK', warningThresholdPercent: 75 },
    description: 'How long a payment takes on average: what is agreed with the customer.',
  },
  {
    ...{ name: 'Fastest Sync', type: 'NUMBER', aggregationMethod: 'MIN' },
    ...{ unitSingular: 's', unitPlural: 's', resetPeriod: 'DAY', warningThresholdPercent: 0 },
    description: 'The shortest synchronisation between tills and kitchen in a day.',
  },
  { name: 'Single Sign-On', slug: 'sso', type: 'BOOLEAN' },
  { name: 'Custom Branding', type: 'BOOLEAN' },
  { name: 'Demand Forecast', type: 'BOOLEAN', description: 'Suggests what to prepare, from weather and past sales.' },
  { name: 'Support', type: 'CONFIG', description: 'Who answers, when, and where.' },
  { name: 'Data Regions', type: 'CONFIG' },
] as const

/** The families by the names of their first versions, in the order in which they are made. */
export const licenses = {
  trial: {
    license: { name: 'Trial', type: 'TRIAL', description: 'Four weeks of Pro, with small quotas.' },
    grants: {
      'api-calls': { value: number(2000) },
      'report-exports': { value: number(15) },
      'staff-seats': { value: number(5) },
      storage: { value: number(1) },
      'peak-orders': { value: number(40) },
      sso: { value: off },
      'demand-forecast': { value: on },
      support: { value: support('community', 'best effort', 'forum') },
    },
  },
  starter: {
    license: { name: 'Starter', type: 'PAID', isDefault: true, description: 'One restaurant.' },
    grants: {
      'api-calls': { value: number(10_000) },
      'report-exports': { value: number(30) },
      'staff-seats': { value: number(12) },
      storage: { value: number(5) },
      'peak-orders': { value: number(120) },
      'checkout-time': { value: number(900) },
      sso: { value: off },
      'custom-branding': { value: off },
      support: { value: support('standard', 'Mon–Fri 9–17', 'email') },
    },
  },
  pro: {
    license: { name: 'Pro', type: 'PAID', description: 'Several restaurants under one brand.' },
    grants: {
      'api-calls': { value: number(100_000), limitCapExceededOveragePercent: 10 },
      'report-exports': { value: number(100) },
      'staff-seats': { value: number(60), limitCapExceededOveragePercent: 10 },
      storage: { value: number(50) },
      'peak-orders': { value: number(600) },
      'checkout-time': { value: number(700) },
      'fastest-sync': { value: unlimited },
      sso: { value: on },
      'custom-branding': { value: on },
      'demand-forecast': { value: off },
      support: { value: support('priority', 'Mon–Sat 7–22', 'email', 'chat') },
      'data-regions': { value: regions('eu') },
    },
  },
  enterprise: {
    license: { name: 'Enterprise', type: 'PAID', versionName: '2026', description: 'Chains, with agreed service.' },
    grants: {
      'api-calls': { value: number(2_000_000), limitCapExceededOveragePercent: 20 },
      'report-exports': { value: unlimited },
      'staff-seats': { value: number(800) },
      storage: { value: number(1000) },
      'peak-orders': { value: unlimited },
      'checkout-time': { value: number(500) },
      'fastest-sync': { value: unlimited },
      sso: { value: on },
      'custom-branding': { value: on },
      'demand-forecast': { value: on },
      support: { value: support('dedicated', 'always', 'email', 'chat', 'phone') },
      'data-regions': { value: regions('eu', 'us', 'ap') },
    },
  },
  developer: {
    license: {
      name: 'Developer',
      type: 'DEVELOPMENT',
      description: 'Staging systems, and partners who build on the API.',
    },
    grants: {
      'api-calls': { value: number(5000) },
      'report-exports': { value: number(60) },
      'staff-seats': { value: number(5) },
      storage: { value: number(1) },
      'peak-orders': { value: number(50) },
      'checkout-time': { value: number(2000) },
      sso: { value: on },
      support: { value: support('community', 'best effort', 'forum') },
    },
  },
} as const

export type Family = keyof typeof licenses

/** What a family grants of a quota at first; undefined where it grants none or does not limit it. */
export function limitOf(family: Family, entitlement: string): number | undefined {
  const grants: Record<string, { value: { type: string; value: unknown } }> = licenses[family].grants
  const granted = grants[entitlement]?.value
  return granted?.type === 'number' && granted.value !== -1 ? Number(granted.value) : undefined
}

export const grants = (family: Family, entitlement: string): boolean => entitlement in licenses[family].grants
