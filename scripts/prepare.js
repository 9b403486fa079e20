// After `npm ci`, as its `dependencies` script: node_modules/.bin/node is Node 26, so that it is the one of `npm run`. npm 11 links it by
// itself; npm 10 removes the link again with the packages of other platforms, whose binary has the same name.

import { rmSync, symlinkSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { platformNode } from './platform-node.js'

const path = platformNode('node')
if (path !== undefined) {
  const link = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  rmSync(link, { force: true })
  symlinkSync(relative(dirname(link), path), link)
}
