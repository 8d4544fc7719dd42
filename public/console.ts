import 'htmx.org/dist/htmx.esm.js'
import 'htmx.org/dist/ext/hx-sse.js'
import { showChartsIn } from './chart-loader.ts'
import { showCheckButtonsIn } from './checks.ts'
import { showCopyButtonsIn } from './copy.ts'
import './busy.ts'
import './dialogs.ts'
import './json-check.ts'
import './keys.ts'
import { isLive, showLiveIn } from './live.ts'
import { showOrderButtonsIn } from './order.ts'
import { showRevealButtonsIn } from './reveal.ts'
import { showRowButtonsIn } from './rows.ts'
import './rules.ts'
import './slugs.ts'
import { showTabsIn } from './tabs.ts'
import { showTimesIn } from './times.ts'
import { showToastsIn, toast } from './toasts.ts'
import './unsaved.ts'

/**
 * What makes the pages nicer; each of them works without. Modules that listen do so once for the whole document; those
 * that change what is shown do it for every piece of the page that comes, and once for each element.
 */
function dress(): void {
  for (const show of [
    showTimesIn,
    showCopyButtonsIn,
    showRevealButtonsIn,
    showRowButtonsIn,
    showCheckButtonsIn,
    showOrderButtonsIn,
    showChartsIn,
    showLiveIn,
    showToastsIn,
  ])
    show(document)
  for (const needless of document.querySelectorAll<HTMLElement>('[data-needless]')) needless.hidden = true
}

dress()
showTabsIn(document)
document.addEventListener('htmx:after:swap', dress)
document.addEventListener('htmx:response:error', () => toast('That did not work. Load the page again to see why.'))
document.addEventListener('htmx:error', event => {
  if (!isLive(event)) toast('The server did not answer. Is it running?')
})
