import { type Frame, inFrame } from '../../views/frame.ts'
import { htmlOf, type View } from '../../views/html.ts'

const doctype = '<!doctype html>\n'

/** A view in its frame as HTML: a whole page, or the fragment that the view is. */
export function render(view: View, frame: Frame): string {
  // In this order the parts of a page, which are thousands, are put together once and not twice.
  const html = doctype + inFrame(frame, () => htmlOf(view))
  return html.startsWith('<html', doctype.length) ? html : html.slice(doctype.length)
}
