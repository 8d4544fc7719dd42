import { Worker } from 'node:worker_threads'

/**
 * Starts a thread of a bundle's text. It sees no environment. Of text that is not said to be CommonJS, Node would first
 * try whether it is a module, and whether it is TypeScript: 60 ms of each start.
 */
export const startThread = (code: string, workerData: unknown): Worker =>
  new Worker(code, { eval: true, env: {}, execArgv: ['--input-type=commonjs'], workerData })
