import { toast } from './toasts.ts'

/** Shows the buttons, which need a clipboard: browsers give one to secure pages and to localhost alone. */
export function showCopyButtonsIn(root: ParentNode): void {
  if (!navigator.clipboard) return
  for (const button of root.querySelectorAll<HTMLElement>('[data-copy][hidden]')) button.hidden = false
}

document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null
  if (!button) return
  navigator.clipboard.writeText(button.dataset.copy ?? '').then(
    () => toast('Copied.'),
    () => toast('The browser did not let us copy.'),
  )
})
