import { existsSync, readFileSync, symlinkSync } from 'node:fs'

/**
 * Puts the Node that came with `npm ci` where npm's scripts find it first. npm 11 has done so; older ones (measured: 9.2,
 * 10.8, 10.9) take its link away again with those of the other platforms' packages, and scripts would run whatever Node
 * the machine has.
 */
const { optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
const link = 'node_modules/.bin/node'
const pinned = Object.keys(optionalDependencies).find(name => existsSync(`node_modules/${name}/bin/node`))
if (pinned && !existsSync(link)) symlinkSync(`../${pinned}/bin/node`, link)
