import type { Config, Given } from '../config.ts'

/** The configuration in force, read when a command runs. */
export type Settled = () => { config: Config; given: Given[] }
