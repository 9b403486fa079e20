/**
 * The configuration of an object (PyWorks' row 25): read in the object's own thread, before its onConfigure.
 *
 *   ./conf/client.ts, .js, .mjs   its default export is called with the object, and awaited
 *   ./conf/client.json            lands in `this.config`, validated if the class has `static config` (a Standard Schema)
 */

import type { Cell } from '../core/cell.ts'
import { BadConfiguration } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import type { Definition } from './definitions.ts'
import { moduleUrl } from './module-path.ts'
import { shown, whyNot } from './module-trouble.ts'
import { isStandardSchema, shownIssues } from './standard-schema.ts'

/** Reads the configuration of an object, if it has one; rejects with a BadConfiguration that names file and object. */
export async function configure(cell: Cell, definition: Definition): Promise<void> {
  const { conf } = definition.options
  const schema = (cell.behaviour.object.constructor as { readonly config?: unknown }).config
  if (conf === undefined) {
    // A class with a schema may have defaults for everything.
    if (schema !== undefined)
      cell.config = await validated({}, { schema, what: `${cell.name}: no configuration file was given and {}` })
    return
  }
  const url = moduleUrl(conf, definition.module)
  const what = `the configuration of ${cell.name} (${shown(url.href)})`
  if (/\.[cm]?[jt]s$/.test(url.pathname)) await callWith(cell, url, what)
  else if (url.pathname.endsWith('.json')) {
    const value = await readJson(url, what)
    cell.config = schema === undefined ? value : await validated(value, { schema, what })
  } else throw new BadConfiguration(`${what}: expected a .ts, .js or .json file`)
}

async function callWith(cell: Cell, url: URL, what: string): Promise<void> {
  let exports: { readonly default?: unknown }
  try {
    exports = (await import(url.href)) as { readonly default?: unknown }
  } catch (error) {
    throw new BadConfiguration(`${what} cannot be loaded: ${whyNot(error)}`, { cause: error })
  }
  if (typeof exports.default !== 'function')
    throw new BadConfiguration(
      `${what}: expected a default export that is called with the object (export default (client) => { … }), found ${describe(exports.default)}`,
    )
  try {
    await (exports.default as (object: object) => unknown)(cell.behaviour.object)
  } catch (error) {
    throw new BadConfiguration(`${what} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

async function readJson(url: URL, what: string): Promise<unknown> {
  // Not above: most threads read no file, and it brings Node's readline along.
  const { readFile } = await import('node:fs/promises')
  let text: string
  try {
    text = await readFile(url, 'utf8')
  } catch (error) {
    throw new BadConfiguration(`${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadConfiguration(`${what} is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

async function validated(value: unknown, how: { readonly schema: unknown; readonly what: string }): Promise<unknown> {
  const { schema, what } = how
  if (!isStandardSchema(schema))
    throw new BadConfiguration(
      `${what}: expected static config to be a Standard Schema (of zod, valibot, arktype), found ${describe(schema)}`,
    )
  const result = await schema['~standard'].validate(value)
  if (result.issues !== undefined) throw new BadConfiguration(`${what} is not valid: ${shownIssues(result.issues)}`)
  return result.value
}
