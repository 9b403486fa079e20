/** Finds and loads the settings file of a program: `tsworks.config.ts` or `.js` in the current folder, or the one that was named. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { defineConfig, type Config } from '../index.ts'
import { Refused } from './trouble.ts'

const NAMES = ['tsworks.config.ts', 'tsworks.config.js'] as const

export interface SettingsFile {
  readonly url: string
  readonly config: Config
}

/** Loads the settings file; throws Refused, or what the file itself throws. `named`: by `--config`, which goes before the environment. */
export async function loadSettingsFile(named: string | undefined): Promise<SettingsFile> {
  const path = findSettingsFile(named)
  const url = pathToFileURL(path).href
  let exports: { readonly default?: unknown }
  try {
    exports = (await import(url)) as { readonly default?: unknown }
  } catch (error) {
    throw new Refused(
      `the settings file ${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
  if (typeof exports.default !== 'object' || exports.default === null)
    throw new Refused(
      `the settings file ${path}: expected export default defineConfig({ subsystems: ['./example/tasks.ts'] }), found no such default export`,
    )
  try {
    // Again, so that an object that has not been through it is checked as well.
    return { url, config: defineConfig(exports.default as Config) }
  } catch (error) {
    throw new Refused(`the settings file ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function findSettingsFile(named: string | undefined): string {
  const variable = process.env['TSWORKS_CONFIG']
  const given = named ?? (variable === '' ? undefined : variable)
  if (given !== undefined) {
    const path = resolve(given)
    if (existsSync(path)) return path
    throw new Refused(
      `there is no settings file ${path}, which ${named === undefined ? 'TSWORKS_CONFIG' : '--config'} names`,
    )
  }
  const found = NAMES.map((name) => resolve(name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new Refused(
    `there is no ${NAMES.join(' or ')} in ${process.cwd()}; go to the folder of the project, name a file by --config FILE, or make a project: ` +
      'tsworks create NAME',
  )
}
