const guarded = 'form[data-guarded]'
/** Fields of a form that are never saved. */
const passing = '[data-passing]'
let isLeavingOnPurpose = false

const mark = (event: Event): void => {
  const field = event.target instanceof Element && !event.target.closest(passing) ? event.target : null
  const form = field?.closest<HTMLElement>(guarded)
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
