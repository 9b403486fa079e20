// The Nodes that the tests run on. npm brings them (tools/), so that a machine needs only some Node and `npm ci`.

import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './command.ts'

/** The first is the oldest that runs tsworks (22.18.0), the last is the one of `npm run`. */
export const nodeVersions = ['22', '24', '26'] as const

export type NodeVersion = (typeof nodeVersions)[number]

const folders: Record<NodeVersion, string> = { 22: 'tools/node-22', 24: 'tools/node-24', 26: '.' }

/** The path of that Node; an error with the cure if npm has not brought it. */
export async function nodePath(version: NodeVersion): Promise<string> {
  const path = join(root, folders[version], 'node_modules/.bin/node')
  await access(path).catch((cause: unknown) => {
    const platform = `${process.platform}-${process.arch}`
    throw new Error(`no Node ${version}: run \`npm ci\` (npm has one for Linux; this is ${platform})`, { cause })
  })
  return path
}
