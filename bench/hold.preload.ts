import { performance } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/**
 * Loaded into the program before it by `--import`: watches from within how long its main thread is held. Told over IPC:
 * any message begins anew, and is answered with what was longest since the last one. A millisecond is the smallest hold
 * that it sees. Processor time of the thread beside time, for on a busy machine others hold it too.
 */
if (isMainThread && process.send) {
  let longest = { processor: 0, time: 0 }
  let [usedBefore, timeBefore] = [used(), performance.now()]
  const look = () => {
    const [usedNow, timeNow] = [used(), performance.now()]
    longest = {
      processor: Math.max(longest.processor, usedNow - usedBefore),
      time: Math.max(longest.time, timeNow - timeBefore - 1),
    }
    usedBefore = usedNow
    timeBefore = timeNow
  }
  setInterval(look, 1).unref()
  process.on('message', () => {
    look()
    process.send?.(longest)
    longest = { processor: 0, time: 0 }
  })
  process.channel?.unref()
}

/** Milliseconds of processor time of this thread. */
function used(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
