import type { FlagRecord } from '../src/domain/flag.ts'
import { EditAndDelete } from './action.tsx'
import { Copy } from './copy.tsx'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { Status } from './status.tsx'
import { Tabs } from './tabs.tsx'

export const above: Crumb[] = [{ to: '/feature-flags', name: 'Feature flags' }]
export const addressOf = ({ slug }: { slug: string }): string => `/feature-flags/${slug}`

/** The crumbs of a page below a flag's own. */
export const aboveOf = (flag: { slug: string; name: string }): Crumb[] => [
  ...above,
  { to: addressOf(flag), name: flag.name },
]

/** The head and tabs of each page about one flag. */
export function FlagLayout({ flag, children }: { flag: FlagRecord; children: Content }) {
  const to = addressOf(flag)
  const { path } = useFrame()
  return (
    <Layout
      title={flag.name}
      above={above}
      beside={
        <>
          <FlagSwitch flag={flag} then={path} />
          <Copy text={flag.slug} />
        </>
      }
      actions={<EditAndDelete to={to} />}
      tabs={
        <Tabs
          label={flag.name}
          tabs={[
            { to, name: 'Overview' },
            { to: `${to}/variants`, name: 'Variants', count: flag.variants.length },
            { to: `${to}/targeting`, name: 'Targeting', count: flag.targetingRules.length },
            { to: `${to}/evaluation`, name: 'Evaluation' },
            { to: `${to}/history`, name: 'History' },
          ]}
        />
      }
    >
      {children}
    </Layout>
  )
}

interface SwitchProps {
  flag: Pick<FlagRecord, 'slug' | 'name' | 'enabled'>
  /** Where to go on. */
  then: string
  /** With a script, only the switch itself is replaced. */
  isInPlace?: boolean | undefined
}

/** Turns a flag on or off at once. Whoever may not, sees what it is. */
export function FlagSwitch({ flag: { slug, name, enabled }, then, isInPlace = false }: SwitchProps) {
  const to = `/feature-flags/${slug}/enabled`
  const word = enabled ? 'on' : 'off'
  if (!useFrame().mayOpen(to, 'POST')) return <Status is={enabled ? 'good' : 'neutral'}>{word}</Status>
  const inPlace = isInPlace && { 'hx-post': to, 'hx-target': 'closest form', 'hx-swap': 'outerHTML' }
  return (
    <Form action={to} class="switch-form">
      <input type="hidden" name="enabled" value={String(!enabled)} />
      <input type="hidden" name="_then" value={then} />
      <button
        id={`switch-${slug}`}
        type="submit"
        class="switch"
        role="switch"
        aria-checked={enabled}
        aria-label={`${name}, enabled`}
        title={enabled ? 'Turn it off' : 'Turn it on'}
        {...inPlace}
      >
        <span class="switch-track" aria-hidden="true" />
        {word}
      </button>
    </Form>
  )
}
