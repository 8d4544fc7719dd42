import { Dashboard } from '../../views/dashboard.tsx'
import type { House } from '../web/house.ts'
import { type Page, page } from './page.ts'

export const dashboard = (_: House): Page[] => page('/', { demand: 'visitor', show: () => <Dashboard /> })
