/** `<JsonField>`: says while it is typed whether it is JSON; the form is not sent before it is. */
document.addEventListener('input', event => {
  const area = event.target
  if (!(area instanceof HTMLTextAreaElement) || area.dataset.json === undefined) return
  area.setCustomValidity(complaintAbout(area.value))
  area.setAttribute('aria-invalid', String(!area.validity.valid))
  area.classList.toggle('is-invalid', !area.validity.valid)
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
