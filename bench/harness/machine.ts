import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import type { Contender } from './contender.ts'

/** Where figures come from, and from which versions. */
export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly processor: string
  /** How many threads wanted to run in the last minute, before we began. */
  readonly load: number
  readonly versions: Readonly<Record<string, string>>
  /** Settings of tsworks that the environment makes. */
  readonly settings: Readonly<Record<string, string>>
}

export function thisMachine(bench: string, contenders: readonly Contender[]): Machine {
  const versions: Record<string, string> = { tsworks: versionIn(join(bench, '..')) }
  for (const { name, package: folder } of contenders)
    if (folder !== undefined) versions[name] = versionIn(join(bench, 'node_modules', folder))
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    load: Math.round(loadavg()[0]! * 10) / 10,
    versions,
    settings: Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name.startsWith('TSWORKS_')) as [string, string][],
    ),
  }
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }
  return version
}
