// The Nodes that the tests run on. npm brings them (tools/), so that a machine needs only some Node and `npm ci`.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.ts'

/** The first is the oldest that runs tsworks (22.18.0), the last is the one of `npm run`. */
export const nodeVersions = ['22', '24', '26'] as const

export type NodeVersion = (typeof nodeVersions)[number]

const folders: Record<NodeVersion, string> = { 22: 'tools/node-22', 24: 'tools/node-24', 26: '.' }

/** The path of that Node; undefined, and said so, on a platform that npm has none for (only Linux has all). */
export async function nodePath(version: NodeVersion): Promise<string | undefined> {
  const path = join(root, folders[version], 'node_modules/.bin/node')
  if (existsSync(path)) return path
  const missing = `no Node ${version} from npm for ${process.platform}-${process.arch}`
  if (process.platform === 'linux') throw new Error(`${missing}: run \`npm ci\``)
  console.warn(`${missing}: not tried`)
  return undefined
}
