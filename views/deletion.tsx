import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { Notice } from './notice.tsx'

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
  needsPassword?: boolean | undefined
  /** What keeps it from being deleted, and what to do about that: said before anybody tries. */
  heldBy?: Content | undefined
  /** What goes with it and what stays. */
  children: Content
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
  needsPassword,
  heldBy,
  children,
}: DeletionProps) => (
  <Layout title={`${verb} ${name}`} above={above} isNarrow>
    <div class="card">
      <div class="card-body">
        <h2 class="dialog-title" id="dialog-title">
          {verb} the {kind} <q>{name}</q>?
        </h2>
        {heldBy ? (
          <>
            <Notice kind="warning" title="It cannot be deleted now">
              {heldBy}
            </Notice>
            <div class="form-buttons">
              <a href={cancel} class="btn" data-close>
                Close
              </a>
            </div>
          </>
        ) : (
          <>
            <p class="text-secondary">{children}</p>
            <Form
              action={action}
              submit={`${verb} ${kind}`}
              isDangerous
              cancel={cancel}
              needsPassword={needsPassword}
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
          </>
        )}
      </div>
    </div>
  </Layout>
)
