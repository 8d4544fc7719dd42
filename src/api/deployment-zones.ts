import { Deployment, DeploymentZone, deploymentJson, deploymentZoneJson } from '../domain/deployment-zone.ts'
import { found } from '../domain/problem.ts'
import { deploymentsOf, deploymentZoneAt, deploymentZonesOf } from '../store/deployment-zones.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

const zone = '/deployment-zones/{zone}'

export const deploymentZones = (house: House): Route[] => [
  list(house, '/deployment-zones', {
    summary: 'List deployment zones',
    demand: 'read:deployment_zones',
    answers: DeploymentZone,
    json: deploymentZoneJson,
    source: ({ principal }) => deploymentZonesOf(principal.organization),
  }),
  create(house, '/deployment-zones', 'deploymentZones.create', {
    summary: 'Create a deployment zone',
    answers: DeploymentZone,
    location: ({ slug }) => `/deployment-zones/${slug}`,
  }),
  show(house, zone, {
    summary: 'Show a deployment zone',
    demand: 'read:deployment_zones',
    answers: DeploymentZone,
    json: deploymentZoneJson,
    notFound: 'DeploymentZone.NotFound',
    row: ({ principal, at }) => deploymentZoneAt(principal.organization, at.zone),
  }),
  update(house, zone, 'deploymentZones.update', {
    summary: 'Change a deployment zone',
    description: 'Another release is deployed to the zone, which the log of its deployments keeps.',
    answers: DeploymentZone,
  }),
  remove(house, zone, 'deploymentZones.delete', 'Delete a deployment zone; its instances go on without one'),
  list(house, `${zone}/deployments`, {
    summary: 'List the deployments to a zone',
    demand: 'read:deployment_zones',
    answers: Deployment,
    json: deploymentJson,
    source: ({ principal, at }) => {
      const row = found(house.read.find(deploymentZoneAt(principal.organization, at.zone)), 'DeploymentZone.NotFound')
      return deploymentsOf(principal.organization, row.id)
    },
  }),
  create(house, `${zone}/deployments`, 'deploymentZones.deploy', {
    summary: 'Deploy a release to a zone',
    description: 'The same release may be deployed again: deployments are a log.',
    answers: Deployment,
    // A deployment has no address of its own; it stands in the log.
    location: ({ deploymentZoneSlug }) => `/deployment-zones/${deploymentZoneSlug}/deployments`,
  }),
]
