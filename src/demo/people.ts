import { oneself, principalOf } from '../domain/user.ts'
import { Chance } from './chance.ts'
import type { Scene, Stage } from './stage.ts'

/** Who works at Umami Software: one of each role. */
const people = {
  aiko: { email: 'aiko@umami.example', name: 'Aiko Tanaka', role: 'OWNER' },
  jonas: { email: 'jonas@umami.example', name: 'Jonas Weber', role: 'ADMIN' },
  priya: { email: 'priya@umami.example', name: 'Priya Nair', role: 'EDITOR' },
  tom: { email: 'tom@umami.example', name: 'Tom Baker', role: 'VIEWER' },
} as const

type Person = keyof typeof people

export const owner = people.aiko
const invited = { email: 'lucia@umami.example', name: 'Lucía Gómez', role: 'EDITOR' }
const browser = {
  address: '203.0.113.20',
  userAgent: 'Mozilla/5.0 (X11; Linux x64; rv:145.0) Gecko/20100101 Firefox/145.0',
}

export function peopleScenes(stage: Stage): Scene[] {
  let passwordHash = ''
  const sessions = new Map<Person, string>()

  const arrive = async () => {
    passwordHash = await stage.house.passwords.hash(stage.password)
    introduce('aiko', await stage.as('operator')('users.enroll', { ...people.aiko, passwordHash }))
    for (const person of ['jonas', 'priya', 'tom'] as const) {
      const { link, ...user } = await stage.as('aiko')('users.create', people[person])
      introduce(person, user)
      await stage.as(themselves(person))('users.acceptInvitation', { code: link?.code, passwordHash })
    }
  }

  const introduce = (person: Person, user: { id: string }) => {
    const { email, role } = people[person]
    const principal = principalOf({ id: user.id, email, role, organizationId: stage.organization })
    stage.introduce(person, principal)
    stage.introduce(themselves(person), oneself(principal))
  }

  const signIn = async (person: Person) => {
    const { id } = await stage.as(themselves(person))('sessions.begin', { verified: passwordHash, ...browser })
    sessions.set(person, id)
  }

  const signOut = (person: Person) => stage.as(themselves(person))('sessions.end', { id: sessions.get(person) })

  const failToSignIn = (person: Person) =>
    stage.as(themselves(person))('sessions.refuse', {
      user: stage.principal(person).id,
      ...browser,
      address: '198.51.100.77',
    })

  const workdays = Array.from({ length: 25 }, (_, workday) => {
    const chance = new Chance(stage.seed, 'at work', workday)
    const present = (Object.keys(people) as Person[]).filter(() => chance.happens(0.3))
    return present.flatMap(person => [
      stage.scene(workday, chance.between(7.2, 9), () => signIn(person)),
      stage.scene(workday, chance.between(16, 18), () => signOut(person)),
    ])
  })
  return [
    stage.scene(0, 7, arrive),
    ...workdays.flat(),
    stage.scene(13, 8.2, () => failToSignIn('tom')),
    stage.scene(21, 15.5, () => stage.as('aiko')('users.create', invited)),
  ]
}

/** A person as what they do to themselves, which needs no right of their role. */
const themselves = (person: Person): string => `${person} themselves`
