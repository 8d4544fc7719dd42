import { sumWords } from '../src/domain/share-words.ts'

/** While a rule is typed it alone is sent to be checked, not the form around it. */
document.addEventListener('htmx:config:request', event => {
  if (!(event instanceof CustomEvent)) return
  const { sourceElement: field, request } = event.detail.ctx
  if (!(field instanceof HTMLTextAreaElement) || field.dataset.rule === undefined) return
  const body = new FormData()
  body.append('rule', field.value)
  body.append('_csrf', field.form?.querySelector<HTMLInputElement>('[name=_csrf]')?.value ?? '')
  request.body = body
})

/** `<RuleWords>`: a word that is pressed goes to where the cursor was last. */
let last: HTMLTextAreaElement | null = null

document.addEventListener('focusin', event => {
  if (event.target instanceof HTMLTextAreaElement && event.target.dataset.rule !== undefined) last = event.target
})

document.addEventListener('click', event => {
  const word = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-insert]') : null
  if (!word) return
  const field = last?.isConnected ? last : document.querySelector<HTMLTextAreaElement>('[data-rule]')
  if (!field) return
  field.setRangeText(word.dataset.insert ?? '', field.selectionStart, field.selectionEnd, 'end')
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
})

/** What percentages come to, as they are typed. */
document.addEventListener('input', event => {
  const group = event.target instanceof Element ? event.target.closest('[data-weights]') : null
  const sum = group?.querySelector('[data-weights-sum]')
  if (!group || !sum) return
  const fields = [...group.querySelectorAll<HTMLInputElement>('[data-weight]')]
  sum.textContent = sumWords(fields.map(field => [field.dataset.weight ?? '', Number(field.value) || 0]))
})
