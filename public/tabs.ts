/** On narrow screens tabs scroll: the one that is open is among those that are seen. */
export function showTabsIn(root: ParentNode): void {
  root.querySelector('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
