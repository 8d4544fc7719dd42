import Database from 'better-sqlite3'
import { locked, ownVersion, packageName } from './locked.ts'
import type { Node } from './node.ts'

interface Contents {
  /** Of the executable, with its sum. */
  name: string
  sha256: string
  /** Folders of the packages that something of is in it. */
  ingredients: Iterable<string>
  node: Node
}

/** What is inside an executable, as CycloneDX 1.6 says it: what scanners hold against lists of known weaknesses. */
export function billOfMaterials({ name, sha256, ingredients, node }: Contents): object {
  const own = `pkg:generic/kaiten@${ownVersion}`
  const packages = [...ingredients].sort().map(packaged)
  const components = [...packages, sqlite(), platform(node)]
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': own,
        name: 'kaiten',
        version: ownVersion,
        description: name,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: sha256 }],
      },
    },
    components,
    dependencies: [{ ref: own, dependsOn: components.map(each => each['bom-ref']) }],
  }
}

function packaged(folder: string) {
  const { version, integrity, license = '', name = packageName(folder) } = locked(folder)
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const [algorithm = '', sum = ''] = integrity.split('-', 2)
  return {
    type: 'library',
    // The same version may lie in two folders.
    'bom-ref': `${purl}#${folder}`,
    name,
    version,
    purl,
    licenses: [{ license: spdx.has(license) ? { id: license } : { name: license } }],
    hashes: [
      { alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(sum, 'base64').toString('hex') },
    ],
  }
}

/** Compiled into better-sqlite3's addon. */
function sqlite() {
  const database = new Database(':memory:')
  const version = String(database.prepare('select sqlite_version()').pluck().get())
  database.close()
  return {
    type: 'library',
    'bom-ref': `pkg:generic/sqlite@${version}`,
    name: 'sqlite',
    version,
    purl: `pkg:generic/sqlite@${version}`,
    cpe: `cpe:2.3:a:sqlite:sqlite:${version}:*:*:*:*:*:*:*`,
    licenses: [{ license: { name: 'Public domain' } }],
  }
}

/** Node, with the libraries that it brings: the Node that runs this is of the version that goes in. */
function platform({ folder, version }: Node) {
  if (version !== process.versions.node)
    throw new Error(`This is Node ${process.versions.node}; only ${version} can tell what is inside ${version}.`)
  const { node: _, modules: __, napi: ___, ...libraries } = process.versions
  return {
    ...packaged(folder),
    type: 'platform',
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:lts:*:*:*`,
    components: Object.entries(libraries).map(([name, of]) => ({ type: 'library', name, version: String(of) })),
  }
}

/** CycloneDX takes an identifier of SPDX's list, or else a name. */
const spdx = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])
