import type { ComponentChildren } from 'preact'
import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { type Crumb, Layout } from './layout.tsx'

interface DeletionProps {
  /** What it is: "customer" */
  kind: string
  /** What is done to it, where that is another loss than deleting. */
  verb?: string | undefined
  name: string
  action: string
  /** Back to the thing. */
  cancel: string
  above: readonly Crumb[]
  revision?: number | undefined
  /** Where it matters, the name has to be typed. */
  asksForName?: boolean | undefined
  /** What goes with it and what stays. */
  children: ComponentChildren
}

/** The page, or dialog, that is between a button and a loss. */
export const ConfirmDeletion = ({
  kind,
  verb = 'Delete',
  name,
  action,
  cancel,
  above,
  revision,
  asksForName,
  children,
}: DeletionProps) => (
  <Layout title={`${verb} ${name}`} above={above} isNarrow>
    <div class="card">
      <div class="card-body">
        <h2 class="dialog-title" id="dialog-title">
          {verb} the {kind} <q>{name}</q>?
        </h2>
        <p class="text-secondary">{children}</p>
        <Form
          action={action}
          submit={`${verb} ${kind}`}
          isDangerous
          cancel={cancel}
          {...(revision !== undefined && { revision })}
        >
          {asksForName && (
            <TextField
              name="_name"
              label="Name"
              isRequired
              autofocus
              hint={
                <>
                  To be sure, type <strong>{name}</strong>.
                </>
              }
            />
          )}
        </Form>
      </div>
    </div>
  </Layout>
)
