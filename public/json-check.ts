/** `<JsonField>`: says while it is typed whether it is JSON; the form is not sent before it is, but where it is not saved. */
document.addEventListener('input', event => {
  const area = event.target
  if (!(area instanceof HTMLTextAreaElement) || area.dataset.json === undefined) return
  const complaint = complaintAbout(area.value)
  if (!area.closest('[data-passing]')) area.setCustomValidity(complaint)
  area.setAttribute('aria-invalid', String(complaint !== ''))
  area.classList.toggle('is-invalid', complaint !== '')
})

function complaintAbout(text: string): string {
  if (text.trim() === '') return ''
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not JSON.'
  }
}
