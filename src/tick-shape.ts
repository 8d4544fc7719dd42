import { createHook } from 'node:async_hooks'

/** Kept for its shape. */
let tick: object | undefined

/**
 * Keeps one of the objects that Node makes for `process.nextTick`, so that a collection of garbage in a quiet moment, which
 * finds none, does not forget their shape. V8 takes the next that it sees for a second shape and makes every later one by
 * slow calls: a tick takes 0.9 µs instead of 0.15 until the process ends, and a request has six.
 */
export function keepTickShape(): void {
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'TickObject') tick = resource
    },
    trackPromises: false,
  })
  hook.enable()
  process.nextTick(() => undefined)
  hook.disable()
}

/** For its test. */
export const keptTick = (): object | undefined => tick
