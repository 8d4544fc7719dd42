import type { Content } from './html.ts'

/** What is known of a thing: names and values. */
export const Definitions = ({ of }: { of: readonly (readonly [name: string, value: Content])[] }) => (
  <dl class="datagrid">
    {of.map(([name, value]) => (
      <div class="datagrid-item">
        <dt class="datagrid-title">{name}</dt>
        <dd class="datagrid-content">{value ?? <None />}</dd>
      </div>
    ))}
  </dl>
)

/** Nothing is there: said rather than left blank. */
export const None = () => <span class="text-secondary">none</span>
