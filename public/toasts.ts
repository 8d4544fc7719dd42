const shownFor = 8000

/** Says something at the edge of the page, and to those who listen to it. */
export function toast(text: string): void {
  const box = document.createElement('div')
  box.className = 'notice-toast'
  box.dataset.toast = ''
  box.textContent = text
  document.getElementById('toasts')?.append(box)
  showToastsIn(document)
}

/** Takes them away after a while, but not from under the pointer. */
export function showToastsIn(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('[data-toast]')) {
    delete box.dataset.toast
    const leave = () => (box.matches(':hover') ? setTimeout(leave, 1000) : box.remove())
    setTimeout(leave, shownFor)
  }
}
