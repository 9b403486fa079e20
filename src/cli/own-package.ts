/** The package that this command belongs to: its version, and those of the tools that a new project gets. */

import { readFileSync } from 'node:fs'

export interface OwnPackage {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

export function ownPackage(): OwnPackage {
  // src/cli/ and dist/cli/ stand at the same depth.
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as OwnPackage
}
