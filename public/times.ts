const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
/** Days are those of UTC, for everybody: a license ends on the same day wherever its reader is. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** Moments in the reader's zone; the exact UTC stays in the title. */
export function showTimesIn(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
    const format = time.dataset.local === 'day' ? day : minute
    time.textContent = format.format(new Date(time.dateTime))
    delete time.dataset.local
  }
}
