/**
 * How a thread finds the class of an object: the definition that the object's module registers (or has registered), and behind a lazy
 * one the module that it imports. Every way in which that can go wrong has an error of its own, with the cure.
 */

import { BadDefinition, StartError } from '../core/errors.ts'
import { nearNames } from '../core/near-names.ts'
import type { AnyClass } from '../core/traits.ts'
import { listed } from '../core/listed.ts'
import type { Loader } from '../threads/commands.ts'
import { codecModules as registeredHere } from '../wire/instance-codecs.ts'
import type { ObjectPlan } from '../wire/kernel-protocol.ts'
import { configure } from './configuration.ts'
import { checkKind, knownDefinition, registeredDefinition, registeredKeys, type Definition } from './definitions.ts'
import { shown, whyNot } from './module-trouble.ts'

export interface LoaderOptions {
  /** Modules that register codecs: loaded before anything else, since any object may be sent an instance. */
  readonly codecModules: readonly string[]
  /** The module that waits in start() in this thread, so that whoever imports it waits for ever; undefined on the main thread. */
  readonly waiting: () => string | undefined
  /** Resolves once a module waits in start() in this thread: it registers nothing after that. */
  readonly waits: (module: string) => Promise<void>
  /** A module is about to be loaded because it registers definitions. */
  readonly loads: (module: string) => void
}

export function makeLoader(options: LoaderOptions): Loader {
  const { waiting, waits, loads } = options
  let codecs: Promise<void> | undefined
  return loaderBy(async (plan) => {
    loads(plan.module)
    await (codecs ??= loadCodecs(options))
    return find(plan, waits(plan.module))
  }, waiting)
}

/** What this thread's own modules have registered already is not loaded again. */
async function loadCodecs({ codecModules, waits, loads }: LoaderOptions): Promise<void> {
  const known = registeredHere()
  for (const module of codecModules) {
    if (known.includes(module)) continue
    loads(module)
    try {
      await Promise.race([import(module), waits(module)])
    } catch (error) {
      throw new BadDefinition(
        `${shown(module)}, which registers codecs, cannot be loaded in every thread, as it must: ${whyNot(error)}`,
        { cause: error },
      )
    }
  }
}

/** A loader that finds definitions its own way. */
export function loaderBy(
  definitionOf: (plan: ObjectPlan) => Promise<Definition>,
  waiting: () => string | undefined = () => undefined,
): Loader {
  return {
    load: async (plan) => classOf(plan, await definitionOf(plan), waiting()),
    configure: async (cell, plan) => configure(cell, await definitionOf(plan)),
  }
}

async function classOf(
  plan: ObjectPlan,
  definition: Definition,
  waiting: string | undefined,
): Promise<{ readonly userClass: AnyClass; readonly args: readonly unknown[] }> {
  const { source, kind, options } = definition
  const userClass = source.kind === 'class' ? source.userClass : await lazyClass(definition, plan, waiting)
  checkKind(kind, userClass)
  return { userClass, args: options.args ?? [] }
}

/** The definition, once its module has registered it. `waits`: resolves if the module waits in start(). */
async function find({ name, module, key }: ObjectPlan, waits: Promise<void>): Promise<Definition> {
  // An import of a module that waits in start() stays open as long as its thread lives, with all that waits for it: one is enough.
  const known = knownDefinition(module, key)
  if (known !== undefined) return known
  const unregistered = (): never => {
    const keys = registeredKeys(module)
    throw new BadDefinition(
      `${shown(module)} has been loaded for ${name} and does not register ${key} in this thread; it registers ${listed(keys) || 'nothing'}. ` +
        'Call subsystem() or start() at the top level of the module, with definitions that do not differ between threads',
    )
  }
  const loaded = import(module).then(unregistered, (error: unknown) => {
    throw new BadDefinition(`${shown(module)}, which defines ${name}, cannot be loaded: ${whyNot(error)}`, {
      cause: error,
    })
  })
  // The module that waits in start() never finishes loading here; it has registered before.
  return Promise.race([registeredDefinition(module, key), loaded, waits.then(unregistered)])
}

async function lazyClass(definition: Definition, plan: ObjectPlan, waiting: string | undefined): Promise<AnyClass> {
  const { source } = definition
  if (source.kind !== 'lazy') throw new TypeError(`${plan.name}: its definition is not lazy`)
  const call = `${definition.kind}(() => import(…), '${source.name}')`
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = (await withGuard(waiting, source.load)) as Readonly<Record<string, unknown>>
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new BadDefinition(
      `${plan.name}: ${call} of ${shown(plan.module)}: its module cannot be loaded: ${whyNot(error)}`,
      { cause: error },
    )
  }
  const found = exports[source.name]
  if (typeof found === 'function') return found as unknown as AnyClass
  const near = nearNames(source.name, Object.keys(exports))
  throw new BadDefinition(
    `${plan.name}: ${call} of ${shown(plan.module)}: the module exports no class ${source.name}; it exports ` +
      (near.length > 0 ? `${near.join(', ')}: did you mean that?` : listed(Object.keys(exports)) || 'nothing'),
  )
}

/**
 * Loads a module, and refuses at once if it imports the file that waits in start() in this thread: that would wait for ever.
 *
 * Node has a hook for it that runs in the same thread; it is taken off again when the module has been loaded.
 */
async function withGuard<T>(waiting: string | undefined, load: () => Promise<T>): Promise<T> {
  if (waiting === undefined) return load()
  let refused: StartError | undefined
  const hooks = process.getBuiltinModule('node:module').registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      if (resolved.url === waiting && context.parentURL !== undefined && context.parentURL !== waiting) {
        refused = new StartError(
          `${shown(context.parentURL)} imports ${shown(waiting)}, the file with start(), which waits for ever in a thread; move what both ` +
            'need to a third module',
          { phase: 'load' },
        )
        throw refused
      }
      return resolved
    },
  })
  try {
    return await load()
  } catch (error) {
    throw refused ?? error
  } finally {
    hooks.deregister()
  }
}
