import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { type Frame, FrameProvider } from '../../views/frame.ts'

/** A view in its frame as HTML: a whole page, or the fragment that the view is. */
export function render(view: VNode, frame: Frame): string {
  const html = renderToString(<FrameProvider value={frame}>{view}</FrameProvider>)
  return html.startsWith('<html') ? `<!doctype html>\n${html}` : html
}
