/** Shows the buttons that show a password. */
export function showRevealButtonsIn(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-reveal][hidden]')) button.hidden = false
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-reveal]') : null
  const field = button && document.getElementById(button.dataset.reveal ?? '')
  if (!(field instanceof HTMLInputElement)) return
  const isShown = field.type === 'password'
  field.type = isShown ? 'text' : 'password'
  button?.setAttribute('aria-pressed', String(isShown))
})
