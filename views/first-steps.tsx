import type { FirstSteps as Done } from '../src/domain/first-steps.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { Curl } from './curl.tsx'
import { useFrame } from './frame.ts'
import { Activity, type Happening } from './happening.tsx'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import { Layout } from './layout.tsx'
import { Live } from './live.tsx'

interface FirstStepsProps {
  newest: string
  /** Where programs reach the server. */
  origin: string
  activity: readonly Happening[]
  steps: Done | undefined
  /** An instance and a quota of its license. */
  target: { instance: string; entitlement: string } | undefined
}

const order = ['entitlement', 'license', 'customer', 'instance', 'token'] as const
const nothing: Done = {
  entitlement: null,
  license: null,
  empty: null,
  customer: null,
  instance: null,
  token: null,
}

/** Until something was reported: what there is to do, each ticked as it is done. */
export const FirstSteps = ({ newest, activity, steps, target, origin }: FirstStepsProps) => {
  const { visitor } = useFrame()
  const done = steps ?? nothing
  const next = order.find(each => done[each] === null)
  const stateOf = (each: (typeof order)[number]) => ({ isDone: done[each] !== null, isNext: next === each })
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
              {...stateOf('entitlement')}
              to="/entitlements/new"
              act="New entitlement"
            >
              <Curl
                title="Make one"
                method="POST"
                path="/api/entitlements"
                body={{ name: 'API calls', type: 'NUMBER' }}
              />
            </Step>
            <Step
              title="Put it into a license, with its limit"
              hint="A license is a plan: Starter, Pro, Enterprise. It grants entitlements, quotas with a threshold."
              {...stateOf('license')}
              to={done.empty === null ? '/licenses/new' : `/licenses/${done.empty}/entitlements/new`}
              act={done.empty === null ? 'New license' : `Add an entitlement to ${done.empty}`}
            >
              {done.empty === null && (
                <Curl
                  title="Make one"
                  method="POST"
                  path="/api/licenses"
                  body={{ name: 'Starter', type: 'PAID', isDefault: true }}
                />
              )}
              <Curl
                title="Grant 1,000 of it"
                method="POST"
                path={`/api/licenses/${done.empty ?? 'starter'}/entitlements`}
                body={{ entitlementSlug: done.entitlement ?? 'api-calls', value: { type: 'number', value: 1000 } }}
              />
            </Step>
            <Step
              title="Add a customer"
              hint="Whoever you sell to."
              {...stateOf('customer')}
              to="/customers/new"
              act="New customer"
            >
              <Curl title="Make one" method="POST" path="/api/customers" body={{ name: 'Acme, Inc.' }} />
            </Step>
            <Step
              title="Give them an instance"
              hint="One deployment of your product, with a license for a time."
              {...stateOf('instance')}
              to="/customers/instances/new"
              act="New instance"
            >
              <Curl
                title="Make one"
                method="POST"
                path="/api/instances"
                body={{
                  name: 'Acme production',
                  customerSlug: done.customer ?? 'acme-inc',
                  ...(done.license && { licenseSlug: done.license }),
                }}
              />
            </Step>
            <Step
              title="Make a token for your app"
              hint="It belongs to a service account and is shown once. The preset data-plane is enough for reports and flags."
              {...stateOf('token')}
              to="/integrations/service-accounts"
              act="To the service accounts"
            />
            <Step
              title="Report usage"
              hint={
                target
                  ? `This reports a use of 1 of ${target.entitlement} for ${target.instance}. As soon as it arrives, this page becomes your dashboard.`
                  : 'When there is an instance whose license grants a quota, the command for it stands here.'
              }
              isDone={false}
              isNext={next === undefined}
            >
              {target && (
                <Curl
                  title="The first report, with your token in place of the dots"
                  method="POST"
                  path={`/api/instances/${target.instance}/entitlements/${target.entitlement}/usage`}
                  body={{ value: 1 }}
                  environment={{ KAITEN_URL: origin, KAITEN_TOKEN: 'ksh_…' }}
                />
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
  isNext: boolean
  to?: string | undefined
  /** The words of the button that leads there. */
  act?: string | undefined
  children?: Content
}

const Step = ({ title, hint, isDone, isNext, to, act, children }: StepProps) => (
  <li class={isDone ? 'first-step is-done' : 'first-step'}>
    <span class="first-step-mark">{isDone && <Icon name="check" />}</span>
    <div>
      <h3>
        {title}
        {isDone && <span class="visually-hidden">: done</span>}
      </h3>
      {!isDone && (
        <>
          <p class="text-secondary">{hint}</p>
          {to && (
            <Action to={to} isPrimary={isNext}>
              {act}
            </Action>
          )}
          {to && children ? (
            <details>
              <summary>With the API</summary>
              {children}
            </details>
          ) : (
            children
          )}
        </>
      )}
    </div>
  </li>
)
