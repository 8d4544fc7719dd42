/** A moment: in the reader's zone by script, and in exact UTC to whoever points at it or has no script. */
export const Time = ({ of, isDay = false }: { of: number | null; isDay?: boolean }) => {
  if (of === null) return <span class="text-secondary">never</span>
  const exact = new Date(of).toISOString()
  const text = isDay ? exact.slice(0, 10) : `${exact.slice(0, 10)} ${exact.slice(11, 16)} UTC`
  return (
    <time
      datetime={exact}
      title={`${exact.slice(0, 10)} ${exact.slice(11, 23)} UTC`}
      data-local={isDay ? 'day' : 'minute'}
    >
      {text}
    </time>
  )
}
