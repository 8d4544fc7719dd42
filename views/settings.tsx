import type { Installation } from '../src/domain/installation.ts'
import type { OrganizationRecord } from '../src/domain/organization.ts'
import { sizeText } from '../src/domain/size.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Definitions } from './definitions.tsx'
import { TextField } from './fields.tsx'
import { Form } from './form.tsx'
import type { Content } from './html.ts'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { Status } from './status.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

/** The head and tabs of all settings. */
export const SettingsLayout = ({ actions, children }: { actions?: Content; children: Content }) => (
  <Layout
    title="Settings"
    actions={actions}
    tabs={
      <Tabs
        label="Settings"
        tabs={[
          { to: '/settings', name: 'Organization' },
          { to: '/settings/users', name: 'Users' },
          { to: '/settings/backups', name: 'Backups' },
          { to: '/settings/about', name: 'About' },
        ]}
      />
    }
  >
    {children}
  </Layout>
)

export const OrganizationSettings = ({ organization }: { organization: OrganizationRecord }) => (
  <SettingsLayout
    actions={
      <Action to="/settings/edit" icon="pencil">
        Edit
      </Action>
    }
  >
    <Card>
      <Definitions
        of={[
          ['Name', organization.name],
          ['Slug', <Copy text={organization.slug} />],
          ['Id', <Copy text={organization.id} />],
          ['Created', <Time of={organization.createdAt} />],
          ['Changed', <Time of={organization.updatedAt} />],
        ]}
      />
    </Card>
  </SettingsLayout>
)

export const EditOrganization = ({ organization }: { organization: OrganizationRecord }) => (
  <Layout title="Edit organization" above={[{ to: '/settings', name: 'Settings' }]} isNarrow>
    <Card>
      <Form action="/settings/edit" submit="Save" cancel="/settings" revision={organization.revision}>
        <TextField name="name" label="Name" value={organization.name} isRequired autofocus />
      </Form>
    </Card>
  </Layout>
)

interface InstallationProps {
  installation: Installation
}

export const Backups = ({ installation: { backups, data } }: InstallationProps) => (
  <SettingsLayout>
    {backups.record.failure && (
      <Notice kind="danger" title="The last scheduled backup failed">
        <Time of={backups.record.failure.at} />: {backups.record.failure.why}
      </Notice>
    )}
    {backups.dir === undefined && (
      <Notice kind="warning" title="No backups are scheduled">
        Start the server with <code>backup-dir</code>, best on another disk, and it takes one every day and keeps seven.
      </Notice>
    )}
    <Card title="Scheduled">
      <Definitions
        of={[
          ['Directory', backups.dir === undefined ? null : <code>{backups.dir}</code>],
          ['Every', backups.dir === undefined ? null : spanText(backups.every)],
          ['Kept', backups.dir === undefined ? null : `the last ${backups.keep}`],
          ['Last taken', <Last {...backups.record} />],
        ]}
      />
    </Card>
    <Card title="By hand, on the machine of the server">
      <p>A backup is taken beside the running server. Each is read back and checked before it counts.</p>
      <Command text={`kaiten backup --data ${data} kaiten-backup.tar.gz`} />
      <p>To restore one, stop the server. What is there is put aside, not deleted.</p>
      <Command text={`kaiten restore --data ${data} --force kaiten-backup.tar.gz`} />
      <p>How all of it stands, with what to do where something is wrong:</p>
      <Command text={`kaiten doctor --data ${data}`} />
    </Card>
  </SettingsLayout>
)

const Last = ({ last }: Installation['backups']['record']) =>
  last ? (
    <>
      <Time of={last.at} />, {sizeText(last.bytes)}
    </>
  ) : (
    <Time of={null} />
  )

const Command = ({ text }: { text: string }) => (
  <p class="shown-once">
    <Copy text={text} />
  </p>
)

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** 86400000 → `1 day` */
function spanText(milliseconds: number): string {
  const [size, name] = units.find(([unit]) => milliseconds % unit === 0) ?? units[2]
  const count = Math.round(milliseconds / size)
  return count === 1 ? name : `${count} ${name}s`
}

export const About = ({ installation: it, isReady }: InstallationProps & { isReady: boolean }) => (
  <SettingsLayout>
    <Card title={`Kaiten ${it.version}`}>
      <Definitions
        of={[
          ['Health', <Status is={isReady ? 'good' : 'bad'}>{isReady ? 'takes changes' : 'takes no changes'}</Status>],
          ['Running since', <Time of={it.startedAt} />],
          ['Database', sizeText(it.databaseBytes)],
          ['Write-ahead log', sizeText(it.logBytes)],
          ['Free on the disk', Number.isFinite(it.freeBytes) ? sizeText(it.freeBytes) : null],
          ['SQLite', it.sqlite],
          ['Node.js', it.node],
          ['License', 'Apache 2.0'],
        ]}
      />
    </Card>
    <Card title="Where to look">
      <ul class="plain-list">
        <li>
          <a href="/api/docs">The API and its documentation</a>
        </li>
        <li>
          <code>/healthz</code> and <code>/readyz</code> tell a load balancer, <code>/metrics</code> Prometheus.
        </li>
        <li>
          <code>kaiten doctor</code> on the machine of the server looks through the data and says what to do.
        </li>
      </ul>
    </Card>
  </SettingsLayout>
)
