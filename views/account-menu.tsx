import type { Theme } from '../src/domain/user.ts'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'
import { titled } from './status.tsx'

const themes: { theme: Theme; name: string; icon: IconName }[] = [
  { theme: 'auto', name: 'As the system', icon: 'device-desktop' },
  { theme: 'light', name: 'Light', icon: 'sun' },
  { theme: 'dark', name: 'Dark', icon: 'moon' },
]

/** Who is signed in, in which theme, and the way out. */
export function AccountMenu() {
  const { visitor, theme, path, mayOpen } = useFrame()
  if (!visitor) return null
  const { user, role } = visitor
  return (
    <>
      <button
        type="button"
        class="account"
        popovertarget="account-menu"
        aria-label={`${initials(user.name)}: account of ${user.name}`}
      >
        <span class="avatar avatar-sm" aria-hidden="true">
          {initials(user.name)}
        </span>
      </button>
      <div id="account-menu" class="account-menu card" popover="auto">
        <div class="account-who">
          <strong>{user.name}</strong>
          <span>{user.email}</span>
          <span class="badge">{titled(role)}</span>
        </div>
        <Form action="/theme" class="account-themes">
          <input type="hidden" name="back" value={path} />
          {themes.map(({ theme: each, name, icon }) => (
            <button
              type="submit"
              class="btn btn-icon btn-ghost-secondary"
              name="theme"
              value={each}
              aria-pressed={each === theme}
              aria-label={name}
              title={name}
            >
              <Icon name={icon} />
            </button>
          ))}
        </Form>
        {mayOpen('/account') && (
          <a href="/account" class="dropdown-item">
            <Icon name="user" /> Account
          </a>
        )}
        {mayOpen('/logout', 'POST') && (
          <Form action="/logout">
            <button type="submit" class="dropdown-item">
              <Icon name="logout" /> Sign out
            </button>
          </Form>
        )}
      </div>
    </>
  )
}

/** Ada Lovelace → AL */
const initials = (name: string): string => {
  const words = name.split(/\s+/).filter(Boolean)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map(word => [...(word ?? '')][0]?.toUpperCase()).join('')
}
