const guarded = 'form[data-guarded]'
let isLeavingOnPurpose = false

const mark = (event: Event): void => {
  const form = event.target instanceof Element ? event.target.closest<HTMLElement>(guarded) : null
  if (form) form.dataset.guarded = 'changed'
}
document.addEventListener('input', mark)
document.addEventListener('change', mark)
document.addEventListener('submit', event => {
  // htmx sends without leaving.
  if (!event.defaultPrevented) isLeavingOnPurpose = true
})

/** The browser asks, in words of its own. */
window.addEventListener('beforeunload', event => {
  if (!isLeavingOnPurpose && document.querySelector('form[data-guarded=changed]')) event.preventDefault()
})

window.addEventListener('pageshow', () => {
  isLeavingOnPurpose = false
})
