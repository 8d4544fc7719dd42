/** `<RowsField>`: buttons that add and take away rows of key and value. */
export function showRowButtonsIn(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-row-add], [data-row-remove]')) button.hidden = false
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest('[data-row-add], [data-row-remove]') : null
  const rows = [...(button?.closest('[data-rows]')?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
  const last = rows.at(-1)
  if (!button || !last) return
  if (button.matches('[data-row-add]')) emptied(last.cloneNode(true) as HTMLElement, last)
  else remove(button.closest<HTMLElement>('[data-row]') ?? last, rows)
  button.dispatchEvent(new Event('change', { bubbles: true }))
})

function emptied(row: HTMLElement, before: HTMLElement): void {
  for (const input of row.querySelectorAll('input')) input.value = ''
  before.after(row)
  row.querySelector('input')?.focus()
}

/** The last row stays, empty: new ones are made from it. */
function remove(row: HTMLElement, rows: HTMLElement[]): void {
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1]
  if (next) row.remove()
  else for (const input of row.querySelectorAll('input')) input.value = ''
  ;(next ?? row).querySelector('input')?.focus()
}
