import { About, Backups, EditOrganization, OrganizationSettings } from '../../views/settings.tsx'
import { organizationById } from '../store/organizations.ts'
import type { House } from '../web/house.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

/** The organization, and the installation that it lives in. */
export const settings = (house: House): Page[] => {
  const organizationOf = ({ principal }: Ask) => house.read.one(organizationById, { id: principal.organization })
  return [
    ...page('/settings', {
      demand: 'read:organizations',
      show: ask => <OrganizationSettings organization={organizationOf(ask)} />,
    }),
    ...form('/settings/edit', {
      demand: 'write:organizations',
      show: ask => <EditOrganization organization={organizationOf(ask)} />,
      submit: async ask => {
        await ask.submit('organizations.update')
        return goTo('/settings', 'The organization was saved.')
      },
    }),
    // Paths on the server's disk are for those who may do everything.
    ...page('/settings/backups', {
      demand: 'write:organizations',
      show: () => <Backups installation={house.installation()} />,
    }),
    ...page('/settings/about', {
      demand: 'read:organizations',
      show: () => <About installation={house.installation()} isReady={isReady(house)} />,
    }),
  ]
}

function isReady({ readiness }: House): boolean {
  try {
    readiness.demand()
    return true
  } catch {
    return false
  }
}
