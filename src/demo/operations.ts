import { keptWith } from '../domain/kept-with.ts'
import type { Scene, Stage } from './stage.ts'

/** What runs where: the components of Umami's product, their releases, and the zones that they are deployed to. */
export const operationsScenes = (stage: Stage): Scene[] => [
  stage.scene(0, 9, () => zones(stage)),
  stage.scene(0, 9.6, async () => {
    await release(stage, '4.0.0', undefined, { web: '4.0.0', api: '4.0.0', 'kitchen-app': '2.7.0', payments: '1.9.3' })
    for (const zone of ['staging', 'eu-shared', 'us-shared', 'ap-shared']) await deploy(stage, zone, '4.0.0')
  }),
  stage.scene(3, 15, async () => {
    await release(stage, '4.1.0', '4.0.0', { web: '4.1.0', api: '4.1.0', 'kitchen-app': '2.8.0', payments: '1.9.3' })
    await deploy(stage, 'staging', '4.1.0')
  }),
  ...everywhere(stage, 5, '4.1.0'),
  stage.scene(7, 18, async () => {
    await release(stage, '4.1.1', '4.1.0', { web: '4.1.0', api: '4.1.1', 'kitchen-app': '2.8.0', payments: '1.9.4' })
    for (const zone of ['staging', 'eu-shared', 'us-shared', 'ap-shared']) await deploy(stage, zone, '4.1.1')
  }),
  stage.scene(10, 9.5, () => dedicatedZone(stage)),
  stage.scene(15, 14, async () => {
    await release(stage, '4.2.0', '4.1.1', { web: '4.2.0', api: '4.2.0', 'kitchen-app': '2.9.0', payments: '1.10.0' })
    await deploy(stage, 'staging', '4.2.0')
  }),
  stage.scene(17, 6, () => deploy(stage, 'ap-shared', '4.2.0')),
  stage.scene(18, 7, () => deploy(stage, 'eu-shared', '4.2.0')),
  stage.scene(22, 15, () =>
    release(stage, '4.3.0', '4.2.0', { web: '4.3.0', api: '4.2.1', 'kitchen-app': '3.0.0', payments: '1.10.0' }),
  ),
]

async function zones(stage: Stage): Promise<void> {
  const act = stage.as('jonas')
  const zone = (name: string, slug: string, provider: string, region: string) =>
    act('deploymentZones.create', { name, slug, type: 'SHARED', metadata: { provider, region } })
  await zone('Europe', 'eu-shared', 'hetzner', 'fsn1')
  await zone('Americas', 'us-shared', 'aws', 'us-east-2')
  await zone('Asia and Pacific', 'ap-shared', 'aws', 'ap-northeast-1')
  await zone('Staging', 'staging', 'hetzner', 'fsn1')
}

/** A customer outgrows the shared zone. */
async function dedicatedZone(stage: Stage): Promise<void> {
  const act = stage.as('jonas')
  const slug = 'sakura-dedicated'
  const metadata = { provider: 'aws', region: 'ap-northeast-1', contract: 'CRM-20100' }
  await act('deploymentZones.create', { name: 'Sakura', slug, type: 'DEDICATED', metadata })
  await deploy(stage, slug, '4.1.1')
  await act('instances.update', { deploymentZoneSlug: slug }, { instance: 'sakura-tokyo' })
}

/** Zone after zone, a day apart, so that what is wrong is seen by few. */
const everywhere = (stage: Stage, workday: number, version: string): Scene[] =>
  ['eu-shared', 'us-shared', 'ap-shared'].map((zone, days) =>
    stage.scene(workday + Math.floor(days / 2), 7 + days * 2, () => deploy(stage, zone, version)),
  )

/** The slugs of the components that were made. */
const componentsOf = keptWith((_stage: Stage) => new Set<string>())

/** A release is made by the build, with versions of components that it knows or makes. */
async function release(
  stage: Stage,
  version: string,
  previous: string | undefined,
  components: Record<string, string>,
): Promise<void> {
  const act = stage.as('ci')
  const made = componentsOf(stage)
  const slugs = Object.entries(components).map(([name, of]) => ({ name, of, slug: slugOf(name, of) }))
  for (const { name, of, slug } of slugs) {
    if (!made.has(slug)) await act('components.create', { name, version: of, slug })
    made.add(slug)
  }
  await act('releases.create', {
    ...{ version, slug: slugOf('release', version), componentSlugs: slugs.map(({ slug }) => slug) },
    ...(previous && { previousReleaseId: slugOf('release', previous) }),
  })
}

const deploy = (stage: Stage, zone: string, version: string) =>
  stage.as('ci')('deploymentZones.deploy', { releaseSlug: slugOf('release', version) }, { zone })

const slugOf = (name: string, version: string): string => `${name}-${version.replaceAll('.', '-')}`
