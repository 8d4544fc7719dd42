import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventNames, eventTypes } from './event.ts'
import { eventExample } from './event-example.ts'
import { domainOf, eventPayloads } from './event-payload.ts'

test.each(eventNames)('the example of %s is as its schema says, and says all of it', name => {
  const strict = z.strictObject(eventPayloads[name].shape)
  expect(strict.parse(eventExample(name))).toEqual(eventExample(name))
})

test('every event has a type of its own, of the form com.kaiten.<noun>.v1.<verb>', () => {
  expect(new Set(Object.values(eventTypes)).size).toBe(eventNames.length)
  for (const type of Object.values(eventTypes)) expect(type).toMatch(/^com\.kaiten(\.[a-z_]+)+\.v1\.[a-z_]+$/)
})

test('an event is listed under the domain of its type', () => {
  expect(domainOf(eventTypes.LICENSE_ENTITLEMENT_UPDATE)).toBe('license')
  expect(domainOf(eventTypes.DEPLOYMENT_ZONE_CREATION)).toBe('deployment_zone')
})

test('the 27 events of the catalog are there by their names', () => {
  const nouns = ['CUSTOMER', 'ENTITLEMENT', 'LICENSE', 'INSTANCE', 'DEPLOYMENT_ZONE', 'FEATURE_FLAG']
  const catalog = [
    ...nouns.flatMap(noun => ['CREATION', 'UPDATE', 'DELETION'].map(verb => `${noun}_${verb}`)),
    ...['RELEASE_CREATION', 'RELEASE_DELETION', 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT'],
    ...['LICENSE_ENTITLEMENT_ASSIGNMENT', 'LICENSE_ENTITLEMENT_UNASSIGNMENT', 'LICENSE_ENTITLEMENT_UPDATE'],
    ...['INSTANCE_DEPLOYMENT', 'INSTANCE_MIGRATION', 'INSTANCE_ENTITLEMENT_USAGE_REACHED'],
  ]
  expect(catalog).toHaveLength(27)
  expect(eventNames).toEqual(expect.arrayContaining(catalog))
})
