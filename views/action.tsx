import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

interface ActionProps {
  to: string
  icon?: IconName | undefined
  isPrimary?: boolean | undefined
  isDangerous?: boolean | undefined
  /** In a row of a table. */
  isSmall?: boolean | undefined
  /** Where an icon stands alone: what it does. */
  label?: string | undefined
  id?: string | undefined
  children?: Content
}

/** A link that looks like a button. Shows nothing to whom may not open it. */
export const Action = (props: ActionProps) =>
  useFrame().mayOpen(props.to) && (
    <a href={props.to} class={classOf(props)}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  )

/**
 * The same for a page with a short form: with a script it opens in a dialog over this page. Sent from there, the form
 * leads where it would lead from its own page.
 */
export const DialogLink = (props: ActionProps) =>
  useFrame().mayOpen(props.to) && (
    <a
      id={props.id}
      href={props.to}
      class={classOf(props)}
      aria-label={props.label}
      title={props.label}
      hx-get={props.to}
      hx-target="#dialog"
      hx-select=".content"
      hx-swap="innerHTML ignoreTitle:true"
      aria-haspopup="dialog"
      data-dialog
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  )

/** The two that nearly every thing has. */
export const EditAndDelete = ({ to }: { to: string }) => (
  <>
    <Action to={`${to}/edit`} icon="pencil">
      Edit
    </Action>
    <DialogLink to={`${to}/delete`} icon="trash" isDangerous>
      Delete
    </DialogLink>
  </>
)

const classOf = ({ isPrimary, isDangerous, isSmall, label }: ActionProps): string => {
  if (label) return 'btn btn-icon btn-sm btn-ghost-secondary'
  return `btn ${isSmall ? 'btn-sm ' : ''}${isPrimary ? 'btn-primary' : isDangerous ? 'btn-outline-danger' : ''}`
}
