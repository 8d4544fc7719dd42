/** Many checkboxes that belong together, `data-checks`: buttons that tick all of them or none. */
export function showCheckButtonsIn(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-checks-set]')) button.hidden = false
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-checks-set]') : null
  const boxes = button?.closest('[data-checks]')?.querySelectorAll<HTMLInputElement>('input[type=checkbox]') ?? []
  for (const box of boxes) box.checked = button?.dataset.checksSet === 'all'
  button?.dispatchEvent(new Event('change', { bubbles: true }))
})
