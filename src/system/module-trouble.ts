/** Modules that cannot be loaded: what to tell the person who wrote them. */

import { relative } from 'node:path'
import { cwd } from 'node:process'
import { fileURLToPath } from 'node:url'

/** What Node says of a module that it cannot load, and the cure where there is one. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message } = error
  const code = 'code' in error ? error.code : undefined
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return (
      `${placeOf(error)}${firstLine(message)}. Node strips types and compiles nothing: write an enum as a union of strings ('a' | 'b') or an object ` +
      '"as const", a parameter property as a field that the constructor sets, a namespace as a module'
    )
  if (code === 'ERR_MODULE_NOT_FOUND')
    return `${firstLine(message)}. Imports of one's own files carry their ending (./worker.ts)`
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return `${firstLine(message)}. Node refuses .ts files below node_modules: ship JavaScript there`
  return error instanceof SyntaxError ? `${placeOf(error)}it does not parse: ${message}` : `${placeOf(error)}${message}`
}

/** `worker.ts:4: `, where Node says it: above the stack of an error of syntax, in the first line of any other. */
function placeOf({ stack = '' }: Error): string {
  const [, url, line] =
    /^(file:\S+):(\d+)\n/.exec(stack) ?? /\n {4}at (?:.*\()?(file:\S+?):(\d+):\d+\)?\n/.exec(stack) ?? []
  return url === undefined ? '' : `${shown(url)}:${line}: `
}

function firstLine(text: string): string {
  return text
    .split('\n')
    .find((line) => line.trim() !== '')!
    .trim()
}

/** A module's URL as a person would write it. */
export function shown(url: string): string {
  if (!url.startsWith('file:')) return url
  const path = fileURLToPath(url)
  const fromHere = relative(cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
