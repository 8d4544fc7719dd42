import type { ComponentChildren } from 'preact'

/** What is known of a thing: names and values. */
export const Definitions = ({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) => (
  <dl class="datagrid">
    {of.map(([name, value]) => (
      <div key={name} class="datagrid-item">
        <dt class="datagrid-title">{name}</dt>
        <dd class="datagrid-content">{value ?? <None />}</dd>
      </div>
    ))}
  </dl>
)

/** Nothing is there: said rather than left blank. */
export const None = () => <span class="text-secondary">none</span>
