/** A thread of objects: it was started with the user's module as its entry, and found by importing tsworks what it is. */

import { StartError } from '../core/errors.ts'
import { realEngine, type Engine } from '../threads/engine.ts'
import type { ThreadHost } from '../threads/host.ts'
import type { Loader } from '../threads/commands.ts'
import { kernelPortOn, type KernelPort } from '../threads/kernel-port.ts'
import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import { catchStrayErrors } from '../threads/stray-errors.ts'
import type { ThreadBoot } from '../wire/kernel-protocol.ts'
import { leaveThread } from './leave.ts'
import { makeLoader } from './loader.ts'
import type { LogSettings } from './log.ts'
import { makeMember } from './member.ts'
import { shown } from './module-trouble.ts'
import { explainStartConstant } from './start-constant.ts'

/** What each thread gets of the settings. */
export interface ForThreads {
  readonly log: LogSettings
  readonly largeCopies: number | undefined
  readonly stopTimeoutMs: number
  /** The modules that register codecs, which each thread loads before it makes its first object. */
  readonly codecModules: readonly string[]
}

interface ThreadOfObjects {
  readonly label: string
  readonly host: ThreadHost
  /** The modules that this thread loads because they register its objects. */
  readonly modules: Set<string>
}

let here: ThreadOfObjects | undefined
let waitsInStart: string | undefined
/** By module: resolved once it waits in start(). */
const waits = new Map<string, PromiseWithResolvers<void>>()

/**
 * A module has reached start(), which does not return in this thread.
 *
 * @throws StartError if it was not loaded for its definitions but imported by another, which then would never have been loaded
 */
export function moduleWaits(url: string): void {
  if (here?.modules.has(url) === false)
    throw new StartError(
      `${shown(url)} calls start(), and is imported by ${[...here.modules].map(shown).join(' or ')}, or by what that imports, in the thread of ` +
        `${here.label}: start() does not return there, so the import would wait for ever; move what both need to a third module`,
      { phase: 'load' },
    )
  waitsInStart = url
  waitOf(url).resolve()
  if (here !== undefined) here.host.userCode.onError = (error) => explainStartConstant(error, url)
}

function waitOf(module: string): PromiseWithResolvers<void> {
  const known = waits.get(module)
  if (known !== undefined) return known
  const wait = Promise.withResolvers<void>()
  waits.set(module, wait)
  return wait
}

/** What a thread of objects runs on. */
export interface ThreadMeans {
  readonly engine: Engine
  readonly port: KernelPort
  /** Leaves the thread. */
  readonly leave: () => void
  /** Sees what is loaded, and when. */
  readonly seen: (loader: Loader) => Loader
}

/** Joins the system; the commands of the kernel come by the event loop, when the module's own code has run. */
export function runThread(boot: ThreadBoot): void {
  beginThread(boot, {
    engine: realEngine(new ThreadMemory(boot.threadMemory).bell),
    port: kernelPortOn(boot.port),
    leave: () => void leaveThread(),
    seen: (loader) => loader,
  })
}

/** The same on other means: for a thread that takes its steps with a simulation. */
export function beginThread(boot: ThreadBoot, { engine, port, leave, seen }: ThreadMeans): void {
  const { log, largeCopies, stopTimeoutMs, codecModules } = boot.forThreads as ForThreads
  const modules = new Set(boot.cast.objects.map(({ module }) => module))
  const { host, line } = makeMember({
    place: boot.place,
    label: boot.label,
    port,
    engine,
    system: new SystemMemory(boot.systemMemory),
    memory: new ThreadMemory(boot.threadMemory),
    blockingForbidden: boot.blockingForbidden,
    log,
    largeCopies,
    stopTimeoutMs,
    loader: seen(
      makeLoader({
        codecModules,
        waiting: () => waitsInStart,
        waits: (module) => waitOf(module).promise,
        loads: (module) => void modules.add(module),
      }),
    ),
    leave,
  })
  here = { label: boot.label, host, modules }
  // For the life of the thread.
  catchStrayErrors()
  host.learn(boot.cast)
  line.tell({ kind: 'up' })
}
