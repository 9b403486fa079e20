// Where npm has put the Node of one of the folders of tools/. Plain JavaScript, since an older Node looks for it, too.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * The path of that Node; undefined where npm has none for this platform.
 *
 * @param {'node' | 'node-24' | 'node-22'} folder
 * @returns {string | undefined}
 */
export function platformNode(folder) {
  const require = createRequire(new URL(`../tools/${folder}/package.json`, import.meta.url))
  for (const [name, version] of Object.entries(require('./package.json').optionalDependencies)) {
    try {
      const manifest = `${name}/package.json`
      // Some say `v22.18.0`.
      if (require(manifest).version.replace('v', '') === version)
        return join(dirname(require.resolve(manifest)), 'bin/node')
    } catch {
      // A package for another platform.
    }
  }
  return undefined
}
