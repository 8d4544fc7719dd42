import type { Content } from './html.ts'

interface CardProps {
  title?: string | undefined
  actions?: Content | undefined
  /** For tables and lists, which bring their own distances. */
  isFlush?: boolean | undefined
  children: Content
}

export const Card = ({ title, actions, isFlush = false, children }: CardProps) => (
  <section class="card">
    {title && (
      <div class="card-header">
        <h2 class="card-title">{title}</h2>
        {actions && <div class="card-actions">{actions}</div>}
      </div>
    )}
    {isFlush ? children : <div class="card-body">{children}</div>}
  </section>
)

/** One number with its name. Several stand side by side in a `<div class="figures">`. */
export const Figure = ({
  name,
  value,
  hint,
  to,
}: {
  name: string
  value: Content
  hint?: Content | undefined
  to?: string | undefined
}) => (
  <div class="card card-sm">
    <div class="card-body">
      <div class="subheader">{to ? <a href={to}>{name}</a> : name}</div>
      <div class="h1">{value}</div>
      {hint && <div class="text-secondary">{hint}</div>}
    </div>
  </div>
)
