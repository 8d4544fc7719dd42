/** After so long without a key or a pointer nobody looks any more: a page left open must not keep its session alive. */
const longestUnwatched = 30 * 60_000
let watchedAt = Date.now()

for (const sign of ['pointermove', 'keydown', 'scroll', 'visibilitychange'])
  document.addEventListener(
    sign,
    () => {
      watchedAt = Date.now()
    },
    { passive: true, capture: true },
  )

const isWatched = (): boolean => !document.hidden && Date.now() - watchedAt < longestUnwatched

/** `<Live>` shows itself where there is a script to ask for it. */
export function showLiveIn(root: ParentNode): void {
  for (const live of root.querySelectorAll<HTMLElement>('[data-live][hidden]')) live.hidden = false
}

/** Was it a `<Live>` that asked? */
export const isLive = (event: Event): boolean => liveOf(event) !== undefined

const liveOf = (event: Event): HTMLElement | undefined => {
  const source = (event as CustomEvent<{ ctx?: { sourceElement?: unknown } }>).detail?.ctx?.sourceElement
  return source instanceof HTMLElement && source.matches('[data-live]') ? source : undefined
}

document.addEventListener('htmx:before:request', event => {
  if (isLive(event) && !isWatched()) event.preventDefault()
})

/** It says when it does not get through, and goes on asking. */
document.addEventListener('htmx:after:request', event => tell(event, true))
document.addEventListener('htmx:error', event => tell(event, false))

function tell(event: Event, gotThrough: boolean): void {
  const live = liveOf(event)
  if (!live) return
  live.classList.toggle('is-cut-off', !gotThrough)
  live.textContent = gotThrough ? 'Live' : 'Not connected'
}
