import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { type Frame, inFrame } from '../../views/frame.ts'

const doctype = '<!doctype html>\n'

/** A view in its frame as HTML: a whole page, or the fragment that the view is. */
export function render(view: VNode, frame: Frame): string {
  // In this order the parts of a page, which are thousands, are put together once and not twice.
  const html = doctype + inFrame(frame, () => renderToString(view))
  return html.startsWith('<html', doctype.length) ? html : html.slice(doctype.length)
}
