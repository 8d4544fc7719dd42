/** Charts are drawn by a script of their own, fetched when the first one is there. */
export function showChartsIn(root: ParentNode): void {
  const figures = [...root.querySelectorAll<HTMLElement>('[data-chart]')]
  if (figures.length === 0) return
  const path = document.documentElement.dataset.charts ?? ''
  // Where the file is, only the page knows; what it has is charts.ts.
  void (import(path) as Promise<typeof import('./charts.ts')>).then(({ draw }) => {
    for (const figure of figures) draw(figure)
  })
}
