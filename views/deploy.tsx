import type { DeploymentZoneView } from '../src/domain/deployment-zone.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import { type Difference, summaryOf } from '../src/domain/release-difference.ts'
import { Action } from './action.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { Differences } from './release-parts.tsx'
import { InstanceLink } from './zone.tsx'
import { type Called, zoneAddress, zonesAbove } from './zones.tsx'

interface DeployProps {
  zone: DeploymentZoneView
  /** What runs now. */
  running: Called | undefined
  /** What is to run; undefined until there is a release to choose. */
  chosen: Called | undefined
  /** The newest releases. */
  releases: readonly Called[]
  differences: readonly Difference[]
  addressOf: (name: string, version: string) => string | undefined
  /** The first few of the zone's instances, and how many there are. */
  first: readonly InstanceView[]
  instances: number
}

/** Choosing a release shows what it would change; the button below deploys that one and says its name. */
export const Deploy = (props: DeployProps) => {
  const { zone, chosen } = props
  return (
    <Layout
      title={`Deploy to ${zone.name}`}
      above={[...zonesAbove, { to: zoneAddress(zone), name: zone.name }]}
      isNarrow
    >
      <div class="card">
        <div class="card-body">
          <h2 class="dialog-title" id="dialog-title">
            Deploy to {zone.name}
          </h2>
          {chosen ? (
            <>
              <ChooseRelease {...props} chosen={chosen} />
              <Preview {...props} chosen={chosen} />
            </>
          ) : (
            <p>
              There is no release yet. <Action to="/releases/new">New release</Action>
            </p>
          )}
        </div>
      </div>
    </Layout>
  )
}

type Choosing = DeployProps & { chosen: Called }

const ChooseRelease = ({ zone, running, chosen, releases }: Choosing) => {
  const offered = releases.some(({ slug }) => slug === chosen.slug) ? releases : [chosen, ...releases]
  const to = `${zoneAddress(zone)}/deploy`
  return (
    <form
      class="start-from"
      action={to}
      hx-get={to}
      hx-trigger="change"
      hx-target="#preview"
      hx-select="#preview"
      hx-swap="outerHTML"
    >
      <label class="form-label" for="deploy-release">
        Release
      </label>
      <select class="form-select" id="deploy-release" name="release">
        {offered.map(({ slug, version }) => (
          <option value={slug} selected={slug === chosen.slug}>
            {version + (slug === running?.slug ? ' · running now' : '')}
          </option>
        ))}
      </select>
      <button type="submit" class="btn" data-needless>
        Show changes
      </button>
    </form>
  )
}

const Preview = ({ zone, running, chosen, differences, addressOf, first, instances }: Choosing) => (
  <div id="preview">
    {running?.slug === chosen.slug && (
      <Notice title={`${chosen.version} runs here already`}>Deploying it again is written into the log.</Notice>
    )}
    <h3 class="preview-title">
      {running ? `${running.version} → ${chosen.version}` : chosen.version}
      <span class="text-secondary">components: {summaryOf(differences)}</span>
    </h3>
    {differences.length > 0 && <Differences label="What changes" differences={differences} addressOf={addressOf} />}
    <h3 class="preview-title">
      Instances that then run {chosen.version}
      <span class="text-secondary">{instances.toLocaleString('en-US')}</span>
    </h3>
    <Affected first={first} instances={instances} />
    <Form
      action={`${zoneAddress(zone)}/deploy`}
      submit={`Deploy ${chosen.version}`}
      cancel={zoneAddress(zone)}
      revision={zone.revision}
    >
      <input type="hidden" name="releaseSlug" value={chosen.slug} />
    </Form>
  </div>
)

const Affected = ({ first, instances }: Pick<DeployProps, 'first' | 'instances'>) =>
  instances === 0 ? (
    <p class="text-secondary">None: no instance is in this zone.</p>
  ) : (
    <p class="chips">
      {first.map(instance => (
        <span class="badge">
          <InstanceLink instance={instance} />
        </span>
      ))}
      {instances > first.length && (
        <span class="text-secondary">and {(instances - first.length).toLocaleString('en-US')} more</span>
      )}
    </p>
  )
