const typing = 'input, textarea, select, [contenteditable]'

/** `/` goes to the search field, Ctrl-K from anywhere. */
document.addEventListener('keydown', event => {
  const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey
  const isCommand = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
  const isTyping = event.target instanceof Element && event.target.matches(typing)
  if (!(isCommand || (isSlash && !isTyping))) return
  const field = document.querySelector<HTMLInputElement>('[data-search]')
  if (!field || document.querySelector('dialog[open]')) return
  event.preventDefault()
  field.focus()
  field.select()
})
