import { Form } from './form.tsx'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'

interface ConfirmationProps {
  title: string
  action: string
  submit: string
  cancel: string
  above: readonly Crumb[]
  revision?: number | undefined
  needsPassword?: boolean | undefined
  isDangerous?: boolean | undefined
  /** What will happen. */
  said: Content
  /** Fields, where it takes any. */
  children?: Content | undefined
}

/** A page, or dialog, that says what a button will do before it is done. Losses are `<ConfirmDeletion>`. */
export const Confirmation = ({ title, said, above, children, ...form }: ConfirmationProps) => (
  <Layout title={title} above={above} isNarrow>
    <div class="card">
      <div class="card-body">
        <h2 class="dialog-title" id="dialog-title">
          {title}
        </h2>
        <p class="text-secondary">{said}</p>
        <Form {...form}>{children}</Form>
      </div>
    </div>
  </Layout>
)
