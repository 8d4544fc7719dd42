import type { Choice } from './flag-choice.ts'
import { shareWords } from './share-words.ts'

/** How a variant is picked, in words: `festive`; `on 30 %, off 70 %`; `off → on, 0 % at 2026-03-01 00:00 UTC, 100 % at …` */
export function choiceWords(choice: Choice): string {
  if (choice.type === 'basic') return choice.value
  if (choice.type === 'rolloutPercentage')
    return shareWords(Object.entries(choice.value.rolloutPercentage.distribution))
  const { start, end } = choice
  const [from, to] = [start, end].map(({ percentage, date }) => `${percentage} % at ${minute(date)}`)
  return `${start.variant} → ${end.variant}, ${from}, ${to}`
}

const minute = (date: string): string => `${date.slice(0, 10)} ${date.slice(11, 16)} UTC`
