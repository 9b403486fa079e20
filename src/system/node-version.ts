/**
 * Refuses a Node that is too old. The public face imports it before all else, since what stands behind it may fail in such a Node in ways
 * that tell nobody why.
 */

import process from 'node:process'

const [MAJOR, MINOR] = [22, 18]

/** What to tell whoever runs a Node of that version; undefined for one that is new enough. */
export function nodeTrouble(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return undefined
  return `tsworks needs Node ${MAJOR}.${MINOR} or later, which runs .ts files as they are; this is Node ${version}`
}

const trouble = nodeTrouble(process.versions.node)
if (trouble !== undefined) throw new Error(trouble)
