const patience = 200
const sent = new WeakSet<HTMLFormElement>()

/** A form is sent once, however often its button is pressed; what takes long says so. */
document.addEventListener('submit', event => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return
  if (sent.has(form)) {
    event.preventDefault()
    return
  }
  sent.add(form)
  const button = event.submitter
  setTimeout(() => {
    button?.classList.add('is-busy')
    button?.setAttribute('aria-busy', 'true')
  }, patience)
})

/** Whoever comes back to a page finds it as it was before it was sent. */
window.addEventListener('pageshow', event => {
  if (!event.persisted) return
  for (const form of document.forms) sent.delete(form)
  for (const button of document.querySelectorAll('.is-busy')) {
    button.classList.remove('is-busy')
    button.removeAttribute('aria-busy')
  }
})
