import type { ReleaseView } from '../src/domain/release.ts'
import { Action, DialogLink } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Definitions } from './definitions.tsx'
import { ConfirmDeletion } from './deletion.tsx'
import { licenseTypeWords } from './entitlement-words.ts'
import { Form } from './form.tsx'
import { crumbsTo, type InstanceHead, InstanceLayout, instanceAddress, LicenseDates } from './instance-layout.tsx'
import { PlaceField, type Places } from './instance-places.tsx'
import { Json } from './json.tsx'
import { Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { titled } from './status.tsx'
import { Time } from './time.tsx'

interface OverviewProps {
  head: InstanceHead
  release: ReleaseView | undefined
}

export const InstanceOverview = ({ head, release }: OverviewProps) => {
  const { instance } = head
  const isEmpty = Object.keys(instance.metadata).length === 0
  return (
    <InstanceLayout head={head}>
      <Card>
        <Definitions
          of={[
            ['Name', instance.name],
            ['Slug', instance.slug && <Copy text={instance.slug} />],
            ['Id', <Copy text={instance.id} />],
            ['Description', instance.description || null],
            ['Created', <By at={instance.createdAt} who={instance.createdBy} />],
            ['Changed', <By at={instance.updatedAt} who={instance.updatedBy} />],
          ]}
        />
      </Card>
      <LicenseCard {...head} />
      <ZoneCard {...{ head, release }} />
      <Card title="Metadata">
        {isEmpty ? (
          <span class="text-secondary">None. Rules of feature flags can read what stands here.</span>
        ) : (
          <Json value={instance.metadata} label="Metadata" />
        )}
      </Card>
    </InstanceLayout>
  )
}

const By = ({ at, who }: { at: number; who: string }) => (
  <>
    <Time of={at} /> by {who}
  </>
)

const LicenseCard = ({ instance, license }: InstanceHead) => (
  <Card
    title="License"
    actions={
      instance.deletedAt === null && (
        <Action to={instanceAddress(instance, 'license')} icon="license">
          Change license
        </Action>
      )
    }
  >
    <Definitions
      of={[
        ['License', license ? <Linked to={`/licenses/${license.slug}`} name={license.name} /> : 'deleted'],
        ['Version', license ? String(license.version) : null],
        ['Type', license ? licenseTypeWords[license.type].label : null],
        ['License dates (UTC)', <LicenseDates instance={instance} />],
      ]}
    />
  </Card>
)

const ZoneCard = ({ head: { instance, zone }, release }: OverviewProps) => (
  <Card
    title="Deployment zone"
    actions={
      instance.deletedAt === null && (
        <DialogLink to={instanceAddress(instance, 'zone')} icon="cloud">
          Change zone
        </DialogLink>
      )
    }
  >
    {zone ? (
      <Definitions
        of={[
          ['Zone', <Linked to={`/deployment-zones/${zone.slug}`} name={zone.name} />],
          ['Type', titled(zone.type)],
          ['Release', release ? <Linked to={`/releases/${release.slug}`} name={release.version} /> : null],
        ]}
      />
    ) : (
      <span class="text-secondary">None. It is not known where this instance runs, nor which release it has.</span>
    )}
  </Card>
)

export const ChangeZone = ({ head, zones }: { head: InstanceHead; zones: Places }) => {
  const { instance, zone } = head
  return (
    <Layout title="Change zone" above={crumbsTo(head)} isNarrow>
      <Card>
        <h2 class="dialog-title" id="dialog-title">
          Change the zone of {instance.name}
        </h2>
        <Form
          action={instanceAddress(instance, 'zone')}
          submit="Change zone"
          cancel={instanceAddress(instance)}
          revision={instance.revision}
        >
          <PlaceField
            name="deploymentZoneSlug"
            label="Deployment zone"
            places={zones}
            value={zone?.slug}
            none="No zone"
            autofocus
            hint="It has the release of its zone from then on."
          />
        </Form>
      </Card>
    </Layout>
  )
}

export const DeleteInstance = ({ head }: { head: InstanceHead }) => {
  const { name, slug, revision } = head.instance
  return (
    <ConfirmDeletion
      {...{ kind: 'instance', name, revision }}
      action={instanceAddress(head.instance, 'delete')}
      cancel={instanceAddress(head.instance)}
      above={crumbsTo(head)}
      asksForName
    >
      From then on its checks and usage reports are refused, it is in no list, and its slug <code>{slug}</code> is free
      for others. Its usage and audit trail are kept, and it can be restored.
    </ConfirmDeletion>
  )
}

export const RestoreInstance = ({ head }: { head: InstanceHead }) => {
  const { instance } = head
  return (
    <Layout title={`Restore ${instance.name}`} above={crumbsTo(head)} isNarrow>
      <Card>
        {instance.deletedAt === null ? (
          <p>
            {instance.name} is not deleted: there is nothing to restore.{' '}
            <a href={instanceAddress(instance)}>Show the instance</a>
          </p>
        ) : (
          <Restoration instance={instance} />
        )}
      </Card>
    </Layout>
  )
}

const Restoration = ({ instance }: Pick<InstanceHead, 'instance'>) => (
  <>
    <h2 class="dialog-title" id="dialog-title">
      Restore <q>{instance.name}</q>?
    </h2>
    <p class="text-secondary">
      It is checked and counted again as before, with its license and dates, and gets its slug{' '}
      <code>{instance.formerSlug}</code> back, or the next free one behind it.
    </p>
    <Form
      action={instanceAddress(instance, 'restore')}
      submit="Restore instance"
      cancel={instanceAddress(instance)}
      revision={instance.revision}
    >
      {null}
    </Form>
  </>
)
