/** Where the path of a module leads that a program gives as text: in its settings, or in the options of a definition. */

import { existsSync } from 'node:fs'

/**
 * The URL of a module, relative to the one that names it.
 *
 * A program that was compiled still names its source, since the compiler rewrites the imports and no other text: where there is no
 * `./example/tasks.ts`, but a `./example/tasks.js`, that is meant.
 */
export function moduleUrl(path: string, from: string): URL {
  const url = new URL(path, from)
  if (url.protocol !== 'file:' || !/\.[cm]?ts$/.test(url.pathname) || existsSync(url)) return url
  const compiled = new URL(url)
  compiled.pathname = url.pathname.replace(/ts$/, 'js')
  return existsSync(compiled) ? compiled : url
}
