/** On narrow screens tabs scroll: the one that is open is among those that are seen. The page itself stays where it is. */
export function showTabsIn(root: ParentNode): void {
  const open = root.querySelector<HTMLElement>('.tabs [aria-current]')
  const row = open?.closest('.tabs')
  if (!open || !row) return
  const [tab, seen] = [open.getBoundingClientRect(), row.getBoundingClientRect()]
  if (tab.right > seen.right) row.scrollLeft += tab.right - seen.right
}
