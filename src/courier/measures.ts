import type { Reader } from '../engine/reader.ts'
import { attemptsDueSince, waitingAttempts } from '../store/webhook-deliveries.ts'
import type { Measure } from '../web/measures.ts'
import type { Courier } from './courier.ts'

/** What /metrics tells of deliveries: looked up when it is asked for, at a cost that is bounded. */
export const deliveryMeasures = (courier: Courier, read: Reader, clock: () => number): Measure[] => [
  {
    name: 'kaiten_delivery_attempts_total',
    help: 'Attempts of deliveries that ended, since the start.',
    labels: ['outcome'],
    counter: () => [
      [courier.sent.succeeded, { outcome: 'succeeded' }],
      [courier.sent.failed, { outcome: 'failed' }],
    ],
  },
  {
    name: 'kaiten_deliveries',
    help: 'Deliveries that are being sent, and those that wait for that, counted to 10,001.',
    labels: ['state'],
    gauge: () => {
      const sending = courier.sending.size
      const { waiting } = read.one(waitingAttempts, {})
      return [
        [sending, { state: 'sending' }],
        [Math.max(0, waiting - sending), { state: 'waiting' }],
      ]
    },
  },
  {
    name: 'kaiten_delivery_oldest_due_seconds',
    help: 'For how long the delivery that is due longest has been due; 0 where none is.',
    gauge: () => {
      const { since } = read.one(attemptsDueSince, {})
      return [[since === null ? 0 : Math.max(0, clock() - since) / 1000]]
    },
  },
]
