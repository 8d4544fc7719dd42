import { Icon } from './icon.tsx'

/**
 * Forms with lists whose items come, go and move. Each button sends the form as it stands and gets it back changed, not
 * saved; with a script only the form is replaced, and moving and removing need nobody's answer (public/order.ts).
 */

/** The form is sent and comes back with other fields. */
export const redraw = (action: string) => ({
  'hx-post': action,
  'hx-target': 'closest form',
  'hx-select': '.editor',
  'hx-swap': 'outerHTML ignoreTitle:true',
})

/** Goes before all other buttons: Enter in a field presses the first one, which must be to save. */
export const FirstButton = () => (
  <button type="submit" class="visually-hidden" tabindex={-1}>
    Save
  </button>
)

/** Moves an item up or down, or takes it away. */
export const ItemButtons = ({ name, index }: { name: string; index: number }) => (
  <>
    <ItemButton does={`up ${index}`} label={`Move ${name} up`} icon="arrow-up" data-order-up />
    <ItemButton does={`down ${index}`} label={`Move ${name} down`} icon="arrow-down" data-order-down />
    <ItemButton does={`remove ${index}`} label={`Remove ${name}`} icon="trash" data-order-remove />
  </>
)

interface ItemButtonProps {
  does: string
  label: string
  icon: 'arrow-up' | 'arrow-down' | 'trash'
  [data: `data-${string}`]: true
}

const ItemButton = ({ does, label, icon, ...data }: ItemButtonProps) => (
  <button
    type="submit"
    class="btn btn-icon btn-ghost-secondary"
    formnovalidate
    name="_do"
    value={does}
    aria-label={label}
    title={label}
    {...data}
  >
    <Icon name={icon} />
  </button>
)
