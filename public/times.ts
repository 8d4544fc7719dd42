const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const second = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
/** Days are those of UTC, for everybody: a license ends on the same day wherever its reader is. */
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

const formats = { second, minute, day }

/** Moments in the reader's zone; the exact UTC stays in the title. */
export function showTimesIn(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
    const format = formats[time.dataset.local as keyof typeof formats]
    time.textContent = format.format(new Date(time.dateTime))
    delete time.dataset.local
  }
}
