import type { ComponentChildren } from 'preact'
import { useFrame } from './frame.ts'

/** A link to a thing, or only its name for whom may not open it. */
export const PlaceLink = ({ to, children }: { to: string; children: ComponentChildren }) =>
  useFrame().mayOpen(to) ? <a href={to}>{children}</a> : children
