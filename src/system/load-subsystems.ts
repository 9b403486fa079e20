/** The subsystems that a settings file names: their modules, imported on the main thread so that their definitions are known. */

import { BadConfiguration, StartError } from '../core/errors.ts'
import { Definition, type Subsystem } from './definitions.ts'
import { moduleUrl } from './module-path.ts'
import { shown, whyNot } from './module-trouble.ts'
import type { Config } from './settings.ts'

/** All subsystems of a program, in order. `url`: the settings file, which paths are relative to. */
export async function loadSubsystems(url: string, config: Config): Promise<Subsystem[]> {
  const all: Subsystem[] = []
  for (const one of config.subsystems) {
    if (typeof one === 'string') all.push(...(await subsystemsIn(moduleUrl(one, url).href)))
    else all.push(one)
  }
  if (all.length === 0) throw new BadConfiguration(`${shown(url)}: there are no subsystems; name at least one module that calls subsystem()`)
  return all
}

async function subsystemsIn(module: string): Promise<Subsystem[]> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = (await import(module)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new StartError(`the subsystem ${shown(module)} cannot be loaded: ${whyNot(error)}`, { phase: 'load', cause: error })
  }
  const found = [...new Set(Object.values(exports))].filter(isSubsystem)
  if (found.length === 0)
    throw new StartError(`${shown(module)} exports no subsystem; expected export const example = subsystem(import.meta.url, { … })`, { phase: 'load' })
  return found
}

function isSubsystem(value: unknown): value is Subsystem {
  if (typeof value !== 'object' || value === null) return false
  const definitions = Object.values(value)
  return definitions.length > 0 && definitions.every((definition) => definition instanceof Definition && definition.isRegistered)
}
