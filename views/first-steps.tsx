import type { ComponentChildren } from 'preact'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { useFrame } from './frame.ts'
import { Activity, type Happening } from './happening.tsx'
import { Icon } from './icon.tsx'
import { Layout } from './layout.tsx'
import { Live } from './live.tsx'
import { Snippet } from './snippet.tsx'

interface FirstStepsProps {
  newest: string
  /** Where programs reach the server. */
  origin: string
  activity: readonly Happening[]
  /** A slug of each thing that there is. */
  steps:
    | {
        entitlement: string | null
        license: string | null
        customer: string | null
        instance: string | null
        token: string | null
      }
    | undefined
  /** An instance and a quota of its license. */
  target: { instance: string; entitlement: string } | undefined
}

/** Until something was reported: what there is to do, each ticked as it is done. */
export const FirstSteps = ({ newest, activity, steps, target, origin }: FirstStepsProps) => {
  const { visitor } = useFrame()
  const done = steps ?? { entitlement: null, license: null, customer: null, instance: null, token: null }
  const customer = done.customer ?? 'acme-inc'
  return (
    <Layout
      title={`Welcome, ${visitor?.user.name.split(/\s/)[0] ?? ''}`}
      beside={<Live newest={newest} query={{}} parts={['.heading', '#dashboard']} />}
    >
      <div id="dashboard" class="content">
        <Card title="From nothing to the first usage report" isFlush>
          <ol class="first-steps">
            <Step
              title="Say what you sell: an entitlement"
              hint="A quota that is counted, a feature that is on or off, or a piece of configuration."
              isDone={done.entitlement !== null}
              to="/entitlements/new"
            >
              <Curl
                title="With the API"
                method="POST"
                path="/api/entitlements"
                body={{ name: 'API calls', type: 'NUMBER' }}
              />
            </Step>
            <Step
              title="Put it into a license, with its limit"
              hint="A license is a plan: Starter, Pro, Enterprise. It grants entitlements, quotas with a threshold."
              isDone={done.license !== null}
              to="/licenses/new"
            >
              <Curl
                title="With the API"
                method="POST"
                path="/api/licenses"
                body={{ name: 'Starter', type: 'PAID', isDefault: true }}
              />
              <Curl
                title="Grant 1,000 of it"
                method="POST"
                path="/api/licenses/starter/entitlements"
                body={{ entitlementSlug: done.entitlement ?? 'api-calls', value: { type: 'number', value: 1000 } }}
              />
            </Step>
            <Step
              title="Add a customer"
              hint="Whoever you sell to."
              isDone={done.customer !== null}
              to="/customers/new"
            >
              <Curl title="With the API" method="POST" path="/api/customers" body={{ name: 'Acme, Inc.' }} />
            </Step>
            <Step
              title="Give them an instance"
              hint="One deployment of your product, with a license for a time."
              isDone={done.instance !== null}
              to="/customers/instances/new"
            >
              <Curl
                title="With the API"
                method="POST"
                path="/api/instances"
                body={{
                  name: 'Acme production',
                  customerSlug: customer,
                  ...(done.license && { licenseSlug: done.license }),
                }}
              />
            </Step>
            <Step
              title="Make a token for your app"
              hint="It belongs to a service account and is shown once. The preset data-plane is enough for reports and flags."
              isDone={done.token !== null}
              to="/integrations/service-accounts"
            />
            <Step
              title="Report usage"
              hint={
                target
                  ? `This reports a use of 1 of ${target.entitlement} for ${target.instance}. As soon as it arrives, this page becomes your dashboard.`
                  : 'When there is an instance whose license grants a quota, the command for it stands here.'
              }
              isDone={false}
            >
              {target && (
                <>
                  <Snippet
                    title="Where it goes, and your token"
                    text={`export KAITEN_URL=${origin}\nexport KAITEN_TOKEN=ksh_…`}
                  />
                  <Curl
                    title="The first report"
                    method="POST"
                    path={`/api/instances/${target.instance}/entitlements/${target.entitlement}/usage`}
                    body={{ value: 1 }}
                  />
                </>
              )}
            </Step>
          </ol>
        </Card>
        <Activity activity={activity} />
      </div>
    </Layout>
  )
}

interface StepProps {
  title: string
  hint: string
  isDone: boolean
  to?: string | undefined
  children?: ComponentChildren
}

const Step = ({ title, hint, isDone, to, children }: StepProps) => {
  const { mayOpen } = useFrame()
  const open = to !== undefined && mayOpen(to) ? to : undefined
  return (
    <li class={isDone ? 'first-step is-done' : 'first-step'}>
      <span class="first-step-mark">{isDone && <Icon name="check" />}</span>
      <div>
        <h3>
          {open ? <a href={open}>{title}</a> : title}
          {isDone && <span class="visually-hidden">: done</span>}
        </h3>
        {!isDone && (
          <>
            <p class="text-secondary">{hint}</p>
            {children}
          </>
        )}
      </div>
    </li>
  )
}
