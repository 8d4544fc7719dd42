interface TimeProps {
  of: number | null
  isDay?: boolean
  /** To the second: where things follow each other quickly. */
  isExact?: boolean
}

/** A moment: in the reader's zone by script, and in exact UTC to whoever points at it or has no script. */
export const Time = ({ of, isDay = false, isExact = false }: TimeProps) => {
  if (of === null) return <span class="text-secondary">never</span>
  const exact = new Date(of).toISOString()
  const text = isDay ? exact.slice(0, 10) : `${exact.slice(0, 10)} ${exact.slice(11, isExact ? 19 : 16)} UTC`
  return (
    <time
      datetime={exact}
      title={`${exact.slice(0, 10)} ${exact.slice(11, 23)} UTC`}
      data-local={isDay ? 'day' : isExact ? 'second' : 'minute'}
    >
      {text}
    </time>
  )
}
