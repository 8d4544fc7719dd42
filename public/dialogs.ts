/** `<DialogLink>`: htmx has put the form of a page into the dialog; it opens when it has something to show. */
document.addEventListener('htmx:after:swap', () => {
  const dialog = theDialog()
  if (dialog && !dialog.open && dialog.childElementCount > 0) dialog.showModal()
})

document.addEventListener('click', event => {
  const dialog = theDialog()
  if (!dialog?.open || !(event.target instanceof Element)) return
  const isCancel = dialog.contains(event.target) && event.target.closest('[data-close]')
  // A click beside the dialog's box is one on the dialog itself.
  if (!isCancel && event.target !== dialog) return
  event.preventDefault()
  dialog.close()
})

theDialog()?.addEventListener('close', () => theDialog()?.replaceChildren())

function theDialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('#dialog')
}
