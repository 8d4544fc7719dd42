import { useFrame } from './frame.ts'

/** A name that leads to its page, for whoever may open that. */
export const Linked = ({ to, name }: { to: string; name: string }) =>
  useFrame().mayOpen(to) ? <a href={to}>{name}</a> : <span>{name}</span>
