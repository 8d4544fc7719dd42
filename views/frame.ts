import type { Fields } from '../src/domain/form.ts'
import type { Finding } from '../src/domain/problem.ts'
import type { Theme } from '../src/domain/user.ts'
import type { Visitor } from '../src/domain/visitor.ts'

/** What stands around every page: who looks at it, where, and what happened just before. */
export interface Frame {
  /** Nobody on the pages before the door: sign in, set up. */
  visitor: Visitor | undefined
  /** This page's address without its query: /customers/acme */
  path: string
  theme: Theme
  /** Epoch milliseconds at which the page is made. */
  now: number
  /** Said once, after something was done. */
  toast: string | undefined
  /** The form that was just sent and could not be taken. */
  refused: Refused | undefined
  /** Over http through a network, where passwords can be read on the way. */
  isExposed: boolean
  /** Is there a page (or with POST, a form's goal) at an address, and may the visitor have it? */
  mayOpen: (address: string, method?: 'GET' | 'POST') => boolean
  files: Readonly<Record<'console.js' | 'console.css' | 'theme.js' | 'charts.js' | 'icon.svg', string>>
}

/** What was typed, and what of it does not fit. */
export interface Refused {
  /** Where it was sent: of several forms on a page, the one with this action. */
  action: string
  fields: Fields
  /** In words, for the head of the form. */
  detail: string
  findings: readonly Finding[]
}

let standing: Frame | undefined

/** A page is made within one turn, so there is one frame at a time: a context would cost each of its parts a subscription. */
export function inFrame<Made>(frame: Frame, make: () => Made): Made {
  standing = frame
  try {
    return make()
  } finally {
    standing = undefined
  }
}

export function useFrame(): Frame {
  if (!standing) throw new Error('A view stands in no frame: let src/console/render.ts render it.')
  return standing
}
