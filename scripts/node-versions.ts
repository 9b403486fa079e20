// The Nodes that the tests run on. npm brings them (tools/), so that a machine needs only some Node and `npm ci`.

import { platformNode } from './platform-node.js'

/** The first is the oldest that runs tsworks (22.18.0), the last is the one of `npm run`. */
export const nodeVersions = ['22', '24', '26'] as const

export type NodeVersion = (typeof nodeVersions)[number]

const folders = { 22: 'node-22', 24: 'node-24', 26: 'node' } as const

/** The path of that Node; undefined, and said so, on a platform that npm has none for (only Linux has all). */
export function nodePath(version: NodeVersion): string | undefined {
  const path = platformNode(folders[version])
  if (path !== undefined) return path
  const missing = `no Node ${version} from npm for ${process.platform}-${process.arch}`
  if (process.platform === 'linux') throw new Error(`${missing}: run \`npm ci\``)
  console.warn(`${missing}: not tried`)
  return undefined
}
