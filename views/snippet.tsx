import type { Content } from './html.ts'
import { Icon } from './icon.tsx'

/** Text to be copied into a terminal or an editor. It scrolls by itself, so the keyboard must be able to reach it. */
export const Snippet = ({ title, text }: { title: Content; text: string }) => (
  <figure class="curl">
    <figcaption>
      <Icon name="terminal-2" /> {title}
      <button
        type="button"
        class="btn btn-icon btn-sm btn-ghost-secondary"
        data-copy={text}
        aria-label="Copy the text"
        hidden
      >
        <Icon name="copy" />
      </button>
    </figcaption>
    <pre tabindex={0} data-origin>
      {text}
    </pre>
  </figure>
)
