import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>
}

/** Whether bench/node_modules holds what bench/package-lock.json says. */
export function areContendersInstalled(bench: string): boolean {
  const wanted = lockfile(join(bench, 'package-lock.json'))
  const found = lockfile(join(bench, 'node_modules/.package-lock.json'))
  if (wanted === undefined || found === undefined) return false
  return Object.entries(wanted.packages).every(
    // The first is bench itself; what is optional may be for another platform.
    ([path, { version, optional }]) => path === '' || optional === true || found.packages[path]?.version === version,
  )
}

function lockfile(path: string): Lockfile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Lockfile
  } catch {
    return undefined
  }
}
