/**
 * A program as the kernel gets it: from subsystems of definitions to a list of objects with names, pids, indexes and levels (S28, S39).
 *
 *   level of an object = above all of the subsystem before it, and above all that stands in its `after`
 */

import { BadDefinition, StartError } from '../core/errors.ts'
import type { FailurePolicy } from '../core/failure.ts'
import { nearNames } from '../core/near-names.ts'
import { DEFAULT_BACKOFF } from '../core/restart.ts'
import { NO_REFERENCES } from '../threads/error-bytes.ts'
import type { SystemMemory } from '../threads/shared-state.ts'
import { encode } from '../wire/codec.ts'
import type { MailboxPolicy } from '../core/mailbox.ts'
import type { DefinitionPlan, GroupPlan, ObjectPlan, Placement, RestartPlan } from '../wire/kernel-protocol.ts'
import { MAIN_PLACE } from '../wire/kernel-protocol.ts'
import type { Definition, DefinitionOptions, Subsystem } from './definitions.ts'

export interface Plans {
  readonly definitions: readonly DefinitionPlan[]
  readonly objects: readonly ObjectPlan[]
  readonly groups: readonly GroupPlan[]
}

/** Checks that the subsystems fit together, and plans them. Throws a StartError. */
export function planProgram(
  subsystems: readonly Subsystem[],
  how: { readonly memory: SystemMemory; readonly mailbox: MailboxPolicy },
): Plans {
  try {
    return planned(subsystems, { nextPid: () => how.memory.nextPid(), mailbox: how.mailbox })
  } catch (error) {
    throw new StartError(`the program cannot start: ${error instanceof Error ? error.message : String(error)}`, {
      phase: 'plan',
      cause: error,
    })
  }
}

function planned(
  subsystems: readonly Subsystem[],
  { nextPid, mailbox }: { readonly nextPid: () => number; readonly mailbox: MailboxPolicy },
): Plans {
  const all = new Map<string, Definition>()
  for (const definitions of subsystems)
    for (const definition of Object.values(definitions)) {
      const before = all.get(definition.key)
      if (before !== undefined)
        throw new BadDefinition(
          `two objects are named ${definition.key}: one in ${before.module}, one in ${definition.module}; names are unique`,
        )
      all.set(definition.key, definition)
    }
  const levels = levelsOf(subsystems, all)
  const definitions: DefinitionPlan[] = []
  const objects: ObjectPlan[] = []
  for (const definition of all.values()) {
    const { key, module, options } = definition
    const level = levels.get(key)!
    const failure = failurePolicy(options.failure)
    definitions.push({
      key,
      module,
      level,
      failure,
      mailbox: { ...mailbox, ...options.mailbox },
      callTimeout: options.callTimeout,
      maxHandlerTime: options.maxHandlerTime,
      placement: placementOf(definition),
      resourceLimits: options.resourceLimits,
      conf: options.conf,
      restart: restartPlan(options.restart),
      group: definition.group.id,
    })
    const args =
      options.args === undefined ? undefined : encode(options.args, NO_REFERENCES, `${key}: options.args`).bytes
    for (const [index, name] of namesOf(definition).entries())
      objects.push({
        name,
        index,
        key,
        module,
        level,
        failure,
        args,
        pid: nextPid(),
        parent: 0,
        incarnation: 0,
        place: MAIN_PLACE,
        bound: undefined,
      })
  }
  const groups = new Map([...all.values()].map(({ group }) => [group.id, group]))
  return { definitions, objects: objects.toSorted((a, b) => a.level - b.level), groups: [...groups.values()] }
}

function namesOf({ key, options: { count } }: Definition): string[] {
  return count === undefined ? [key] : Array.from({ length: count }, (_, index) => `${key}#${index}`)
}

function failurePolicy(failure: FailurePolicy['action'] | Partial<FailurePolicy> = 'resume'): FailurePolicy {
  return typeof failure === 'string'
    ? { action: failure, calls: false }
    : { action: 'resume', calls: false, ...failure }
}

function restartPlan(restart: DefinitionOptions['restart'] = 'permanent'): RestartPlan {
  if (typeof restart === 'string') return { type: restart, backoff: undefined }
  const { type = 'permanent', backoff } = restart
  return { type, backoff: backoff === undefined ? undefined : { ...DEFAULT_BACKOFF, ...backoff } }
}

/** Where the objects of a definition run. */
export function placementOf({ kind, options: { thread } }: Definition): Placement {
  const where = thread ?? (kind === 'task' ? 'own' : 'shared')
  if (typeof where === 'object') return { kind: 'group', group: where.group, threads: where.threads }
  return where === 'shared' ? { kind: 'group', group: 'shared', threads: undefined } : { kind: where }
}

/** The level of each key. Whoever is visited is of this subsystem, or known: what is of a later one is above all of this. */
function levelsOf(subsystems: readonly Subsystem[], all: ReadonlyMap<string, Definition>): Map<string, number> {
  const levels = new Map<string, number>()
  const path: string[] = []
  let base = 0
  const later = new Set(all.keys())
  const visit = (definition: Definition): number => {
    const { key } = definition
    const known = levels.get(key)
    if (known !== undefined) return known
    if (path.includes(key))
      throw new BadDefinition(
        `after: a circle that nobody can start: ${[...path.slice(path.indexOf(key)), key].join(' → ')}`,
      )
    path.push(key)
    if (later.has(key))
      throw new BadDefinition(
        `after: a circle that nobody can start: ${[...path, path[0]].join(' → ')}; ${key} is of a later subsystem, all of which starts ` +
          `after ${path[0]}: put its subsystem first, or both into one`,
      )
    let level = base
    for (const name of definition.options.after ?? []) level = Math.max(level, visit(named(name, definition, all)) + 1)
    path.pop()
    levels.set(key, level)
    return level
  }
  for (const definitions of subsystems) {
    for (const { key } of Object.values(definitions)) later.delete(key)
    for (const definition of Object.values(definitions)) visit(definition)
    base = Math.max(base, ...[...levels.values()].map((level) => level + 1))
  }
  return levels
}

/** The definition that a name in `after` means: a key, or one of a family. */
function named(name: string, by: Definition, all: ReadonlyMap<string, Definition>): Definition {
  const definition = all.get(name) ?? all.get(name.replace(/#\d+$/, ''))
  if (definition !== undefined) return definition
  const near = nearNames(name, all.keys())
  throw new BadDefinition(
    `${by.key}: after: ['${name}']: there is no object of that name${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`,
  )
}
