import { compareUse, HUNDRED, type Line, lineAt, type Meter, type Quota, useOf } from './usage.ts'

/** What an instance's quota is now, and what it is to be. */
export interface QuotaChange {
  before: Quota
  after: Quota
}

/** An instance whose present use is over what its quota is to be. */
export interface OverUse {
  id: string
  name: string
  slug: string | null
  customerSlug: string
  use: number
  /** It is over what the quota is now, too. */
  wasOver: boolean
}

/** Of all that would be over, the first by use. */
export interface GrantChangePreview {
  total: number
  over: OverUse[]
}

/** Does the change leave less than there was? Only then can anybody come to be over by it. */
export function lowers({ before, after }: QuotaChange): boolean {
  const [from, to] = [maximumOf(before), maximumOf(after)]
  return to !== undefined && (from === undefined || to < from)
}

/** Whether reports that add to the use would be refused. Exact, as the judgement of a report is. */
export function isOver(meter: Meter, quota: Quota): boolean {
  const maximum = maximumOf(quota)
  return maximum !== undefined && compareUse(meter, maximum, quota.method) > 0
}

/** The use and how it stands to both; undefined where it fits into what the quota is to be. */
export const overUse = (meter: Meter, { before, after }: QuotaChange): Pick<OverUse, 'use' | 'wasOver'> | undefined =>
  isOver(meter, after) ? { use: useOf(meter, after.method), wasOver: isOver(meter, before) } : undefined

/** Threshold and overage together; undefined without a limit. */
const maximumOf = ({ threshold, overagePercent }: Quota): Line | undefined =>
  threshold === null ? undefined : lineAt(threshold, HUNDRED + overagePercent)
