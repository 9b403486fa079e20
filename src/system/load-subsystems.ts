/** The subsystems that a settings file names: their modules, imported on the main thread so that their definitions are known. */

import { BadConfiguration, StartError } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import { listed } from '../core/listed.ts'
import { Definition, type Subsystem } from './definitions.ts'
import { moduleUrl } from './module-path.ts'
import { shown, whyNot } from './module-trouble.ts'
import type { Config } from './settings.ts'

/** All subsystems of a program, in order. `url`: the settings file, which paths are relative to. */
export async function loadSubsystems(url: string, { subsystems }: Config): Promise<Subsystem[]> {
  const all: Subsystem[] = []
  for (const one of subsystems) {
    if (typeof one === 'string') all.push(...(await subsystemsIn(moduleUrl(one, url).href, shown(url))))
    else if (isSubsystem(one)) all.push(one)
    else
      throw new BadConfiguration(`${shown(url)}: subsystems: expected what subsystem() gives, found ${describe(one)}`)
  }
  if (all.length === 0)
    throw new BadConfiguration(
      `${shown(url)}: there are no subsystems; name at least one module that calls subsystem()`,
    )
  // One that a second module exports again, or that is named twice, is one.
  return [...new Set(all)]
}

async function subsystemsIn(module: string, settingsFile: string): Promise<Subsystem[]> {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = (await import(module)) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw new StartError(
      `the subsystem ${shown(module)}, which ${settingsFile} names, cannot be loaded: ${whyNot(error)}`,
      {
        phase: 'load',
        cause: error,
      },
    )
  }
  const found = Object.values(exports).filter(isSubsystem)
  if (found.length > 0) return found
  const names = Object.keys(exports)
  throw new StartError(
    `${shown(module)}, which ${settingsFile} names, exports no subsystem; expected export const example = subsystem(import.meta.url, { … }), ` +
      `found ${names.length === 0 ? 'no exports' : listed(names.map((name) => `${name}: ${describe(exports[name])}`))}${otherCopy(exports)}`,
    { phase: 'load' },
  )
}

function isSubsystem(value: unknown): value is Subsystem {
  const definitions = valuesOf(value)
  return (
    definitions.length > 0 &&
    definitions.every((definition) => definition instanceof Definition && definition.isRegistered)
  )
}

/** The cure where the definitions are those of another tsworks than the one that shall run them. */
function otherCopy(exports: Readonly<Record<string, unknown>>): string {
  const definitions = Object.values(exports).flatMap(valuesOf)
  const foreign = definitions.some((one) => one?.constructor?.name === Definition.name && !(one instanceof Definition))
  return foreign
    ? '. They are of another copy of tsworks: run the one that the project has installed (npx tsworks run)'
    : ''
}

function valuesOf(value: unknown): ({ readonly constructor?: { readonly name?: unknown } } | null | undefined)[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}
