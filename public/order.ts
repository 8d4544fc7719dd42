/**
 * Lists whose order matters: `data-order="targetingRules"` on the list, `data-order-item` on each item, in it buttons
 * `data-order-up`, `data-order-down` and `data-order-remove` (hidden until there is a script, or ones that send the form
 * where there is none) and a `data-order-handle` to drag by. The names of fields, `targetingRules[2].name`, follow the
 * order.
 */
export function showOrderButtonsIn(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-order-up], [data-order-down]')) button.hidden = false
  for (const handle of root.querySelectorAll<HTMLElement>('[data-order-handle]')) handle.draggable = true
}

const itemOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-order-item]') : null

document.addEventListener('click', event => {
  const button =
    event.target instanceof Element
      ? event.target.closest<HTMLElement>('[data-order-up], [data-order-down], [data-order-remove]')
      : null
  const item = itemOf(button)
  if (!button || !item) return
  event.preventDefault()
  if (button.matches('[data-order-remove]')) return remove(item)
  if (button.matches('[data-order-up]')) item.previousElementSibling?.before(item)
  else item.nextElementSibling?.after(item)
  renumber(item)
  // Moving takes the focus away.
  button.focus()
})

function remove(item: HTMLElement): void {
  const next = item.nextElementSibling ?? item.previousElementSibling
  const list = item.parentElement
  item.remove()
  if (list) renumber(list)
  next?.querySelector<HTMLElement>('[data-order-remove]')?.focus()
}

let dragged: HTMLElement | null = null

document.addEventListener('dragstart', event => {
  dragged = event.target instanceof Element && event.target.closest('[data-order-handle]') ? itemOf(event.target) : null
  if (dragged) event.dataTransfer?.setDragImage(dragged, 0, 0)
})

document.addEventListener('dragover', event => {
  const over = itemOf(event.target)
  if (!dragged || !over || over.parentElement !== dragged.parentElement) return
  event.preventDefault()
  if (over === dragged) return
  const { top, height } = over.getBoundingClientRect()
  if (event.clientY < top + height / 2) over.before(dragged)
  else over.after(dragged)
})

document.addEventListener('dragend', () => {
  if (dragged) renumber(dragged)
  dragged = null
})

/** Of the list that an element is, or stands in. */
function renumber(moved: HTMLElement): void {
  const list = moved.closest<HTMLElement>('[data-order]')
  const start = `${list?.dataset.order ?? ''}[`
  for (const [index, item] of [...(list?.querySelectorAll('[data-order-item]') ?? [])].entries())
    for (const field of item.querySelectorAll<HTMLInputElement>('[name]'))
      if (field.name.startsWith(start)) field.name = start + index + field.name.slice(field.name.indexOf(']'))
  moved.dispatchEvent(new Event('change', { bubbles: true }))
}
