/** JSON to read, escaped by JSX. It scrolls by itself, so the keyboard must be able to reach it. */
export const Json = ({ value, label = 'JSON' }: { value: unknown; label?: string }) => (
  <section class="json" tabindex={0} aria-label={label}>
    <pre>{JSON.stringify(value, undefined, 2)}</pre>
  </section>
)
