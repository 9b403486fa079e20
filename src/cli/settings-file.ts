/** Finds and loads the settings file of a program: `tsworks.config.ts` or `.js` in the current folder, or the one that was named. */

import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { defineConfig, type Config } from '../index.ts'
import { Refused } from './trouble.ts'

export const SETTINGS_FILES = ['tsworks.config.ts', 'tsworks.config.js'] as const

export interface SettingsFile {
  readonly url: string
  readonly config: Config
}

/** Loads the settings file; throws Refused, or what the file itself throws. `named`: by `--config`, which goes before the environment. */
export async function loadSettingsFile(named: string | undefined): Promise<SettingsFile> {
  const path = findSettingsFile(named)
  if (!/\.[cm]?[jt]s$/.test(path))
    throw new Refused(
      `the settings file ${path}: expected a module, .ts or .js, with export default defineConfig({ subsystems: ['./example/tasks.ts'] })`,
    )
  const url = pathToFileURL(path).href
  let exports: { readonly default?: unknown }
  try {
    exports = (await import(url)) as { readonly default?: unknown }
  } catch (error) {
    throw new Refused(`the settings file ${path} cannot be loaded: ${whyNot(error)}`, { cause: error })
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
  const found = SETTINGS_FILES.map((name) => resolve(name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new Refused(
    `there is no ${SETTINGS_FILES.join(' or ')} in ${process.cwd()}; go to the folder of the project, name a file by --config FILE, or make a project: ` +
      'tsworks create NAME',
  )
}

/** What Node says of a module that it cannot load, with the line of it, and the cure where there is one. */
function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, stack = '' } = error
  // Above the stack of an error of syntax, in the first line of any other.
  const [, url, line] =
    /^(file:\S+):(\d+)\n/.exec(stack) ?? /\n {4}at (?:.*\()?(file:\S+?):(\d+):\d+\)?(?:\n|$)/.exec(stack) ?? []
  const place = url === undefined ? '' : `${relative('.', fileURLToPath(url))}:${line}: `
  if ('code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `${place}${message.trim()}. Node strips types and compiles nothing: write an enum as a union of strings ('a' | 'b') or an object "as const"`
  return `${place}${error instanceof SyntaxError ? 'it does not parse: ' : ''}${message}`
}
