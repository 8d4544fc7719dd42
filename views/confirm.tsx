import type { ComponentChildren } from 'preact'
import { Card } from './card.tsx'
import { Form } from './form.tsx'
import { type Crumb, Layout } from './layout.tsx'

interface ConfirmProps {
  /** As a question: "Deactivate Pro?" */
  title: string
  submit: string
  isDangerous?: boolean | undefined
  action: string
  cancel: string
  above: readonly Crumb[]
  revision: number
  /** What follows from it. */
  children: ComponentChildren
}

/** The page, or dialog, between a button and a change that is that one press. */
export const Confirm = ({ title, above, children, ...form }: ConfirmProps) => (
  <Layout title={title} above={above} isNarrow>
    <Card>
      <h2 class="dialog-title" id="dialog-title">
        {title}
      </h2>
      <Form {...form}>
        <p class="text-secondary">{children}</p>
      </Form>
    </Card>
  </Layout>
)
