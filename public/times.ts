const minute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

/** Moments in the reader's zone; the exact UTC stays in the title. */
export function showTimesIn(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-local]')) {
    const format = time.dataset.local === 'day' ? day : minute
    time.textContent = format.format(new Date(time.dateTime))
    delete time.dataset.local
  }
}
