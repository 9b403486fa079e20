/**
 * start(): a program becomes a system of threads.
 *
 *   main thread   plan ─▶ kernel thread ─▶ all threads, all objects, all hooks ─▶ System
 *   other threads register the definitions, and wait here for ever: what stands below start() runs on the main thread only
 */

import { getActiveResourcesInfo } from 'node:process'
import process from 'node:process'
import { MessageChannel, threadId, Worker } from 'node:worker_threads'
import { BadDefinition, StartError } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import { realEngine } from '../threads/engine.ts'
import { kernelPortOn } from '../threads/kernel-port.ts'
import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import { BOOT_KEY } from '../threads/thread-maker.ts'
import { codecModules } from '../wire/instance-codecs.ts'
import { KERNEL_PROTOCOL_VERSION, MAIN_PLACE, type ProgramPlan, type ThreadBoot } from '../wire/kernel-protocol.ts'
import { Definition, isKeyed, keyed, subsystem, type Subsystem } from './definitions.ts'
import { KERNEL_ENTRY } from './entry.ts'
import { loadSubsystems } from './load-subsystems.ts'
import { makeLoader } from './loader.ts'
import { checkLogFile } from './log.ts'
import { makeMember } from './member.ts'
import { shown } from './module-trouble.ts'
import { planProgram, type Plans } from './program.ts'
import {
  checkSettings,
  fullSettings,
  isConfig,
  settingsOf,
  type Config,
  type FullSettings,
  type Settings,
} from './settings.ts'
import { System } from './system.ts'
import { threadBoot } from './thread-boot.ts'
import { moduleWaits, type ForThreads } from './thread-main.ts'

/** What a program starts with: definitions, a subsystem, or the description of a program. */
export type Program = Subsystem | Config

/** What a module has started, or is starting. */
interface Started {
  /** The definitions, in words. */
  readonly what: string
  isStarting: boolean
  /** Its own definitions have been registered. */
  isRegistered: boolean
  system: { readonly isRunning: boolean } | undefined
}

/** By module, so that a second start() of it can be told. */
const started = new Map<string, Started>()

/**
 * Starts a system: all objects constructed, all `onInit`, then by level `onConfigure`, then by level `onStart` (S27).
 *
 * Runs in the main thread. In the threads that it makes the same call never returns, so what stands above it runs in every thread, and
 * what stands below only on main. Until `stop()` the system keeps the process alive.
 *
 * @param url `import.meta.url`: the module that every thread of the system begins with
 * @param program definitions by name, a subsystem, or what `defineConfig` gives
 * @throws StartError (as a rejection) naming object and phase; what had started has been stopped again
 * @example
 * const system = await start(import.meta.url, { counter: task(Counter) })
 * console.log(await system.actor('counter').add(2))
 * await system.stop()
 */
export async function start<const T extends Program>(
  url: string,
  program: T,
  settings: Settings = {},
): Promise<System<T>> {
  if (threadBoot !== undefined) return waitInThread(url, program)
  checkSettings(settings, 'start(url, program, options)')
  const entry = entryOf(url, wordsOf(url, program))
  entry.isStarting = true
  try {
    const { subsystems, given } = await subsystemsOf(url, program, entry)
    const full = fullSettings([...given, settings], process.env)
    checkLogFile(full.log)
    const memory = SystemMemory.create()
    const system = await launch<T>({
      plans: planProgram(subsystems, { memory, mailbox: full.mailbox }),
      memory,
      settings: full,
    })
    entry.system = system
    return system
  } finally {
    entry.isStarting = false
  }
}

/** In a thread: registers, and waits for ever. */
function waitInThread(url: string, program: unknown): Promise<never> {
  refuseOpenServers(url)
  if (!isConfig(program) && !isKeyed(program)) subsystem(url, program as Subsystem)
  moduleWaits(url)
  return new Promise(() => {})
}

async function subsystemsOf(
  url: string,
  program: Program,
  entry: Started,
): Promise<{ readonly subsystems: readonly Subsystem[]; readonly given: readonly Settings[] }> {
  if (isConfig(program)) return { subsystems: await loadSubsystems(url, program), given: [settingsOf(url, program)] }
  const definitions: Subsystem = program
  if (isKeyed(definitions)) return { subsystems: [definitions], given: [] }
  // The same start() again, after a stop: its definitions are registered already.
  if (entry.isRegistered) return { subsystems: [keyed(url, definitions)], given: [] }
  const registered = subsystem(url, definitions)
  entry.isRegistered = true
  return { subsystems: [registered], given: [] }
}

/** What a module has started before, or a new entry; throws if it may not start this now. */
function entryOf(url: string, what: string): Started {
  const before = started.get(url)
  if (before === undefined) {
    const entry: Started = { what, isStarting: false, isRegistered: false, system: undefined }
    started.set(url, entry)
    return entry
  }
  if (before.what !== what)
    throw new BadDefinition(
      `${shown(url)} calls start() a second time, with other definitions (${what || 'none'}; the first time ${before.what || 'none'}): a thread that it makes ` +
        'never gets beyond the first one; put both into one start(), or give each a module of its own with subsystem()',
    )
  if (before.isStarting || before.system?.isRunning === true)
    throw new BadDefinition(
      `${shown(url)} calls start() while the system that it started is ${before.isStarting ? 'starting' : 'running'}; stop() that first, or use it`,
    )
  return before
}

/** The definitions of a program in words: those that look the same here are the same in a thread. Throws for what is no program. */
function wordsOf(url: string, program: unknown): string {
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new BadDefinition(`start(url, …): expected import.meta.url, found ${describe(url)}`)
  refuseNoFile(url)
  if (typeof program !== 'object' || program === null)
    throw new BadDefinition(
      `start(url, program): expected { name: task(Class) }, a subsystem, or defineConfig(…), found ${describe(program)}`,
    )
  if (isConfig(program)) return `the subsystems of ${shown(url)}`
  return Object.entries(program as Subsystem)
    .map(([key, definition]) => {
      if (!(definition instanceof Definition)) return key
      const { kind, source } = definition
      return `${key}: ${kind}(${source.kind === 'lazy' ? source.name : source.userClass.name})`
    })
    .join(', ')
}

/** Each thread begins with the file of the program; with `node -e`, or one from stdin, there is none. */
function refuseNoFile(url: string): void {
  const inputType = process.execArgv.find((option) => option.startsWith('--input-type'))
  const isNone = /\/\[(eval|stdin)\d*\]$/.test(url)
  if (isNone || inputType !== undefined)
    throw new BadDefinition(
      `start(url, …): expected a program in a file, since every thread begins with it; found ${isNone ? url : `node ${inputType}`}; ` +
        'write it into a file: node main.ts',
    )
}

/** A thread runs what stands above start(); a port that is opened there would be opened in every thread. */
function refuseOpenServers(url: string): void {
  const open = getActiveResourcesInfo().filter((kind) =>
    /^(TCPServerWrap|TCPSocketWrap|TCPWRAP|PipeWrap|UDPWrap|UDPWRAP)$/.test(kind),
  )
  if (open.length > 0)
    throw new StartError(
      `${shown(url)} listens or connects (${[...new Set(open)].join(', ')}) above start(): what stands there runs in every thread; move it ` +
        'below start(), or into an object',
      { phase: 'load' },
    )
}

interface Launch {
  readonly plans: Plans
  readonly memory: SystemMemory
  readonly settings: FullSettings
}

async function launch<T>({ plans, memory, settings }: Launch): Promise<System<T>> {
  const threadMemory = ThreadMemory.create()
  const { port1, port2 } = new MessageChannel()
  const forThreads: ForThreads = {
    log: settings.log,
    largeCopies: settings.largeCopies,
    stopTimeoutMs: settings.stopTimeout,
    codecModules: codecModules(),
  }
  const boot: ThreadBoot = {
    version: KERNEL_PROTOCOL_VERSION,
    role: 'kernel',
    place: MAIN_PLACE,
    label: 'kernel',
    port: port2,
    systemMemory: memory.buffer,
    threadMemory: threadMemory.buffer,
    blockingForbidden: undefined,
    cast: { locations: [], families: {}, objects: [], births: [] },
    forThreads: undefined,
    mainThread: threadId,
  }
  const member = makeMember({
    place: MAIN_PLACE,
    label: 'main',
    port: kernelPortOn(port1),
    engine: realEngine(threadMemory.bell),
    system: memory,
    memory: threadMemory,
    blockingForbidden: settings.blockMain
      ? undefined
      : 'the main thread may not be blocked: its timers, signals and the output of threads would wait with it; await the Future, or say ' +
        'blockMain: true in the settings',
    log: settings.log,
    largeCopies: settings.largeCopies,
    stopTimeoutMs: settings.stopTimeout,
    loader: makeLoader({
      codecModules: [],
      waiting: () => undefined,
      waits: () => new Promise(() => {}),
      loads: () => {},
    }),
    leave: () => {},
    onNews: (news) => system.news(news),
  })
  const kernel = new Worker(KERNEL_ENTRY, {
    name: 'tsworks-kernel',
    workerData: { [BOOT_KEY]: boot },
    transferList: [port2],
    argv: process.argv.slice(2),
  })
  const system: System<T> = new System<T>({
    member,
    kernel: {
      gone: new Promise((gone) => kernel.once('exit', () => gone())),
      onFailed: (told) => void kernel.once('error', told),
    },
    signals: settings.signals,
    setExitCode: (code) => (process.exitCode ||= code),
    mailbox: settings.mailbox,
  })
  const program: ProgramPlan = {
    ...plans,
    groupBudget: settings.groupBudget,
    startTimeoutMs: settings.startTimeout,
    stopTimeoutMs: settings.stopTimeout,
    watchdog: settings.watchdog,
    forThreads,
    linkKind: settings.link,
  }
  await system.begin(program)
  return system
}
