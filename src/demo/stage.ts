import type { Asked } from '../actions/action.ts'
import type { ActionName, ValueOf } from '../actions/registry.ts'
import { operator, type Principal } from '../domain/principal.ts'
import { allOrganizations } from '../store/organizations.ts'
import type { House } from '../web/house.ts'
import type { App } from './apps.ts'
import type { Calendar } from './calendar.ts'
import { Chance } from './chance.ts'

/** The house as the demo uses it: through the doors that people, apps and the clock use. */
export type DemoHouse = Pick<House, 'submit' | 'read' | 'identify' | 'deliveries' | 'passwords'> & {
  clockwork: { everySecond: () => Promise<void>; everyMinute: () => Promise<void> }
  courier: { everySecond: () => void }
}

export type Do = <N extends ActionName>(name: N, input: unknown, at?: Asked['at']) => Promise<ValueOf<N>>

/** Something that somebody does on a working day, a few acts one after another. */
export interface Scene {
  /** Epoch milliseconds; undefined where the demo's past has no such day. */
  at: number | undefined
  play: () => Promise<unknown>
}

/** Where scenes are played: the house, the day, who is there, and what was made so far. */
export class Stage {
  readonly house: DemoHouse
  readonly calendar: Calendar
  readonly seed: number
  /** What people sign in with. */
  readonly password: string
  /** Where the receiver of webhooks is. */
  readonly receiver: string
  readonly apps: App[] = []
  readonly organization: string
  private readonly people = new Map<string, Principal>()
  private readonly tokens = new Map<string, string>()
  private readonly pace: Chance
  private requests = 0

  constructor(house: DemoHouse, wanted: { calendar: Calendar; seed: number; password: string; receiver: string }) {
    this.house = house
    this.calendar = wanted.calendar
    this.seed = wanted.seed
    this.password = wanted.password
    this.receiver = wanted.receiver
    this.pace = new Chance(wanted.seed, 'pace')
    this.organization = house.read.all(allOrganizations, {})[0]?.id ?? ''
    this.people.set('operator', operator(this.organization))
  }

  scene(workday: number, hour: number, play: () => Promise<unknown>): Scene {
    return { at: this.calendar.workday(workday, hour), play }
  }

  introduce(name: string, principal: Principal): void {
    this.people.set(name, principal)
  }

  handOver(name: string, token: string | undefined): void {
    if (token !== undefined) this.tokens.set(name, token)
  }

  /** Somebody does something, and the next thing some seconds later. */
  as(name: string): Do {
    return async (action, input, at) => {
      this.calendar.passTo(this.calendar.now() + this.pace.between(3, 45) * 1000)
      const { value } = await this.house.submit(action, this.principal(name), input, {
        ...this.asked(),
        ...(at && { at }),
      })
      return value
    }
  }

  asked(): { requestId: string } {
    return { requestId: `demo-${++this.requests}` }
  }

  /** A person, or whoever holds a token: looked up as a request would, so that its last use is known. */
  principal(name: string): Principal {
    const token = this.tokens.get(name)
    const principal = this.people.get(name) ?? (token === undefined ? undefined : this.house.identify(token))
    if (principal) return principal
    throw new Error(`Nobody called ${name} is on the stage.`)
  }
}
