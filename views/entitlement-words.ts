import type {
  AggregationMethod,
  EntitlementType,
  MeterType,
  ResetAnchor,
  ResetPeriod,
} from '../src/domain/entitlement.ts'
import type { LicenseType } from '../src/domain/license.ts'
import type { Choice } from './choices.tsx'

/** What the words of the catalog mean: in a word or two for tables, in a sentence for forms. */
interface Words {
  label: string
  hint: string
}

export const typeWords: Record<EntitlementType, Words> = {
  NUMBER: {
    label: 'Number',
    hint: 'A quota: a license says how much, and the use that apps report is held against it.',
  },
  BOOLEAN: { label: 'On or off', hint: 'A right that a license gives or does not: single sign-on, premium support.' },
  CONFIG: { label: 'Configuration', hint: 'Any JSON that apps read: allowed regions, a tier’s settings.' },
}

export const meterWords: Record<MeterType, Words> = {
  RAW_EVENT: {
    label: 'Raw events',
    hint: 'Apps report each event or amount as it happens, and it is added up here. A report appends.',
  },
  CALCULATED_USAGE: {
    label: 'Calculated usage',
    hint: 'Apps count by themselves and report the total. A report replaces what was there.',
  },
}

export const aggregationWords: Record<AggregationMethod, Words> = {
  SUM: { label: 'Sum', hint: 'All reported amounts together: bytes sent, credits spent.' },
  COUNT: { label: 'Count', hint: 'How many reports there were, whatever their amounts: API calls, exports.' },
  AVERAGE: { label: 'Average', hint: 'The mean of what was reported: the usual load.' },
  MAX: { label: 'Highest', hint: 'The highest amount reported: the peak of open connections.' },
  MIN: { label: 'Lowest', hint: 'The lowest amount reported: the free space there was at least.' },
  LATEST: { label: 'Latest', hint: 'The amount reported last: seats taken, storage in use.' },
}

export const resetWords: Record<ResetPeriod, Words> = {
  HOUR: { label: 'Every hour', hint: 'per hour' },
  DAY: { label: 'Every day', hint: 'per day' },
  WEEK: { label: 'Every week', hint: 'per week' },
  MONTH: { label: 'Every month', hint: 'per month' },
  YEAR: { label: 'Every year', hint: 'per year' },
}

export const anchorWords: Record<ResetAnchor, Words> = {
  CALENDAR: {
    label: 'By the calendar',
    hint: 'At the full hour, at midnight, on Monday, on the 1st, on 1 January: in UTC, for everybody at once.',
  },
  LICENSE_START: {
    label: 'From the license’s start',
    hint: 'Counted from the day on which each instance’s license began: from the 15th to the 15th.',
  },
}

export const licenseTypeWords: Record<LicenseType, Words> = {
  PAID: { label: 'Paid', hint: 'What customers buy.' },
  TRIAL: { label: 'Trial', hint: 'To try for a while; give its instances an end date.' },
  DEVELOPMENT: { label: 'Development', hint: 'For test and staging instances.' },
  COMMUNITY: { label: 'Community', hint: 'Free of charge.' },
}

export const choicesOf = (words: Record<string, Words>): Choice[] =>
  Object.entries(words).map(([value, { label, hint }]) => ({ value, label, hint }))

/** 1 call, 5 calls; without a unit nothing. */
export const unitOf = (
  amount: number,
  { unitSingular, unitPlural }: { unitSingular: string | null; unitPlural: string | null },
): string => (amount === 1 ? (unitSingular ?? unitPlural) : (unitPlural ?? unitSingular)) ?? ''
