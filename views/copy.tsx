import { Icon } from './icon.tsx'

/** A slug, id or token, with a button that copies it. The button needs a script and shows only with it. */
export const Copy = ({ text, shown = text }: { text: string; shown?: string }) => (
  <span class="copy">
    <code>{shown}</code>
    <button
      type="button"
      class="btn btn-icon btn-sm btn-ghost-secondary"
      data-copy={text}
      aria-label={`Copy ${shown}`}
      hidden
    >
      <Icon name="copy" />
    </button>
  </span>
)
