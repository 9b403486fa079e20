/**
 * testSystem(): a whole system in one real thread, on virtual time, with a seeded scheduler. Same classes, same semantics: kernel, hosts and
 * codec are the real ones (simulation.ts).
 *
 *   run(future)   steps until it settles; time goes on as needed       advance(ms)   all that is due in that time
 *   settle()      steps until nothing can run; who waits for what      stop()        stops it, and checks what has happened
 */

import { BadConfiguration, BadDefinition } from '../core/errors.ts'
import { checkedMs, isMs, LONGEST_MS } from '../core/clock.ts'
import type { SpawnOptions } from '../core/object-context.ts'
import type { DefinitionOf, IndexOf } from '../core/remote-type.ts'
import { describe } from '../core/traits.ts'
import { isKeyed, keyed, registeredKeys, type Subsystem } from '../system/definitions.ts'
import { loadSubsystems } from '../system/load-subsystems.ts'
import { checkSettings, didYouMean, fullSettings, isConfig, settingsOf, type Settings } from '../system/settings.ts'
import { placementOf } from '../system/program.ts'
import type { Program } from '../system/start.ts'
import type { FamilyKeyIn, MemberIn, NameIn, RemoteIn, SpawnedIn } from '../system/system-names.ts'
import type { System } from '../system/system.ts'
import { threadBoot } from '../system/thread-boot.ts'
import type { Snapshot, StopReport } from '../wire/kernel-protocol.ts'
import { Driver } from './driver.ts'
import { checkInvariants } from './invariants.ts'
import { type AnyMethods, makeProbes, type Probe, type ProbeOptions, type Probes } from './probe.ts'
import type { Recorded, Waiting } from './recorder.ts'
import { Simulation } from './simulation.ts'
import { entriesOf, type TraceEntry } from './trace-entry.ts'
import { World } from './world.ts'

/** How a simulation runs; and the settings of a system. */
export interface TestSettings extends Pick<
  Settings,
  'log' | 'blockMain' | 'startTimeout' | 'stopTimeout' | 'groupBudget' | 'mailbox' | 'largeCopies'
> {
  /** Which of the possible schedules: the same seed, the same steps; 1 by default. `explore` tries many. */
  readonly seed?: number
  /** `import.meta.url`, where the program has paths (`conf`, the modules of a settings file) and no URL of its own. */
  readonly url?: string
  /** How long `run` waits for something outside the simulation that makes no difference, in real ms; 2,000 by default. */
  readonly patience?: number
  /**
   * The names of definitions whose objects run on real threads, in lock-step with the simulation, so that they may block in `get()`
   * whatever they wait for. Such a thread loads the module that calls `subsystem(import.meta.url, …)` with them.
   */
  readonly lockStep?: readonly string[]
  /** Whether what happens is kept, for `trace` and the check of invariants at `stop`; true by default. */
  readonly trace?: boolean
}

/** A link between two threads, in one direction. */
export interface TestLink {
  /** What is sent from now on takes that long, in virtual ms; 0 ends it. */
  delay(ms: number): void
}

/**
 * Starts a system in this one thread, on virtual time.
 *
 * @param program what `start` takes: definitions by name, a subsystem, or what `defineConfig` gives
 * @throws StartError (as a rejection), as `start` does
 * @example
 * const sim = await testSystem({ door: task(Door) }, { seed: 42 })
 * await sim.run(sim.actor('door').open())
 * await sim.advance(5_000)
 * await sim.stop()
 */
export async function testSystem<const T extends Program>(
  program: T,
  settings: TestSettings = {},
): Promise<TestSystem<T>> {
  if (typeof program === 'string')
    throw new BadDefinition(
      `testSystem(program, settings): expected a program first, found ${describe(program)}; the URL, where one is needed, is a setting: { url: import.meta.url }`,
    )
  checkTestSettings(settings, 'testSystem(program, settings)')
  if (threadBoot !== undefined)
    throw new BadDefinition(
      `testSystem(program, settings): called in the thread of ${threadBoot.label}, which has loaded this module for the definitions in it; ` +
        'move them to a module without tests',
    )
  const { seed = 1, url = 'tsworks:test', patience = 2_000, trace = true, lockStep = [], ...forSystem } = settings
  const world = new World(seed)
  const given = await subsystemsOf(url, program)
  checkLockStep(lockStep, given)
  const probes = makeProbes(given)
  const subsystems = [...given, probes.subsystem]
  const full = fullSettings([...(isConfig(program) ? [settingsOf(url, program)] : []), forSystem], {})
  const simulation = new Simulation<T>({
    world,
    subsystems,
    settings: full,
    keepsTrace: trace,
    lockStep: new Set(lockStep),
  })
  const driver = new Driver({
    world,
    patience,
    recorder: simulation.recorder,
  })
  try {
    await driver.run(simulation.begin(), 'testSystem(program)')
  } catch (error) {
    simulation.close()
    throw error
  }
  return new TestSystem<T>({ world, simulation, driver, probes })
}

const OF_SIMULATION = ['seed', 'url', 'patience', 'trace', 'lockStep']
const FOR_SYSTEM = ['log', 'blockMain', 'startTimeout', 'stopTimeout', 'groupBudget', 'mailbox', 'largeCopies']

/** Throws where a setting is wrong; also one that only real threads have (signals, watchdog, link), which would do nothing here. */
export function checkTestSettings(settings: TestSettings, call: string, more: readonly string[] = []): void {
  const given: unknown = settings
  if (typeof given !== 'object' || given === null)
    throw new BadConfiguration(`${call}: expected settings as an object, found ${describe(given)}`)
  const known = [...OF_SIMULATION, ...FOR_SYSTEM, ...more]
  for (const name of Object.keys(settings))
    if (!known.includes(name))
      throw new BadConfiguration(`${call}: a simulation has no setting ${name}${didYouMean(name, known)}`)
  const { seed = 1, patience = 2_000, lockStep = [] } = settings
  if (!Number.isSafeInteger(seed))
    throw new BadConfiguration(`${call}: seed: expected a whole number, found ${describe(seed)}`)
  if (!isMs(patience))
    throw new BadConfiguration(
      `${call}: patience: expected a time from 0 to ${LONGEST_MS} ms, found ${describe(patience)}`,
    )
  if (!Array.isArray(lockStep) || !lockStep.every((name) => typeof name === 'string'))
    throw new BadConfiguration(
      `${call}: lockStep: expected a list of names of definitions, found ${describe(lockStep)}`,
    )
  checkSettings(Object.fromEntries(Object.entries(settings).filter(([name]) => FOR_SYSTEM.includes(name))), call)
}

/** A real thread finds its classes as any thread does: by loading the module that registers them. */
function checkLockStep(lockStep: readonly string[], given: readonly Subsystem[]): void {
  const call = 'testSystem(program, { lockStep })'
  const definitions = new Map(given.flatMap((subsystem) => Object.values(subsystem).map((one) => [one.key, one])))
  for (const key of lockStep) {
    const definition = definitions.get(key)
    if (definition === undefined)
      throw new BadConfiguration(
        `${call}: expected names of definitions, found ${key}${didYouMean(key, [...definitions.keys()])}`,
      )
    if (placementOf(definition).kind !== 'own')
      throw new BadDefinition(
        `${call}: ${key} has no thread of its own, so it may not block in get() in a real system either; leave it out, or give it one (thread: 'own')`,
      )
    if (registeredKeys(definition.module).includes(key)) continue
    throw new BadConfiguration(
      `${call}: ${key} is defined in the call of testSystem, where no other thread can find its class; define it by ` +
        `subsystem(import.meta.url, { ${key}: … }) in a module without tests, and give testSystem what that returns`,
    )
  }
}

async function subsystemsOf(url: string, program: Program): Promise<readonly Subsystem[]> {
  if (typeof program !== 'object' || program === null)
    throw new BadDefinition(
      `testSystem(program): expected { name: task(Class) }, a subsystem, or defineConfig(…), found ${describe(program)}`,
    )
  if (isConfig(program)) return loadSubsystems(url, program)
  return [isKeyed(program) ? program : keyed(url, program)]
}

/** A simulated system; `T` are the definitions that it was made with, whose names it knows. */
export class TestSystem<T = unknown> implements AsyncDisposable {
  /** The system itself, as `start` gives it: what it promises settles while the simulation runs (`sim.run(…)`). */
  readonly system: System<T>
  readonly seed: number
  readonly #world: World
  readonly #simulation: Simulation<T>
  readonly #driver: Driver
  readonly #probes: Probes
  #stopped: Promise<StopReport> | undefined

  /** @internal */
  constructor(parts: {
    readonly world: World
    readonly simulation: Simulation<T>
    readonly driver: Driver
    readonly probes: Probes
  }) {
    this.#world = parts.world
    this.#simulation = parts.simulation
    this.#driver = parts.driver
    this.#probes = parts.probes
    this.system = parts.simulation.system
    this.seed = parts.world.seed
  }

  /** Virtual time, in ms since the simulation began. */
  get now(): number {
    return this.#world.time.now
  }

  /** What `process.exitCode` would be in a real system: 0, or 1 once a failure has escalated (S34); that of the test's process stays as it is. */
  get exitCode(): number {
    return this.#simulation.exitCode
  }

  /** What has happened, in order. */
  get trace(): readonly TraceEntry[] {
    return entriesOf(this.events)
  }

  /**
   * What has happened, as the runtime told it.
   *
   * @internal
   */
  get events(): readonly Recorded[] {
    return this.#simulation.recorder.events
  }

  /**
   * The calls of the test that have not ended.
   *
   * @internal
   */
  get underWay(): readonly string[] {
    return this.#driver.underWay
  }

  /** The Remote of an object; there is one for each, so `===` works. */
  actor<W extends NameIn<T> | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteIn<T, W> {
    return this.system.actor(what, ...index)
  }

  /** The Remotes of a family, by index. */
  actors<W extends FamilyKeyIn<T> | DefinitionOf<unknown, true>>(what: W): MemberIn<T, W>[] {
    return this.system.actors(what)
  }

  /** Makes an object; its Remote is there at once, it itself when the simulation has run. */
  spawn<W extends NameIn<T> | FamilyKeyIn<T> | DefinitionOf<unknown>>(
    what: W,
    options?: SpawnOptions,
  ): SpawnedIn<T, W> {
    return this.system.spawn(what, options)
  }

  /**
   * Runs the simulation until `work` has settled. Time goes on as needed, when nothing else is left to do.
   *
   * @param work the Future of a call, or anything else that settles while the simulation runs
   * @returns what it settles with
   * @throws its error; a TsworksError with code STALLED that names who waits for what, where it will never settle
   * @example
   * const sum = await sim.run(sim.actor('worker').add(1, 2))
   */
  run<R>(work: PromiseLike<R>): Promise<R> {
    return this.#driver.run(work, 'sim.run(work)')
  }

  /** Lets `ms` pass: fires the timers that are due on the way, in order, and runs all that follows from them. */
  advance(ms: number): Promise<void> {
    return this.#driver.advance(checkedMs(ms, 'sim.advance(ms)'), 'sim.advance(ms)')
  }

  /**
   * Runs the simulation until nothing can go on without time, or something outside.
   *
   * @returns the handlers that are still open, and what each waits for: an answer, time, or something outside
   */
  settle(): Promise<readonly Waiting[]> {
    return this.#driver.settle('sim.settle()')
  }

  /**
   * An object of the test: records what it is sent, and answers as it is told.
   *
   * @example
   * const probe = sim.probe<WorkerEvents>()
   * await probe.observe(sim.actor('worker'))
   * await sim.advance(1_000)
   * await probe.expect('workerDone', 'good work')
   */
  probe<Events = AnyMethods>(options: ProbeOptions = {}): Probe<Events> {
    return this.#probes.make<Events>(this.#driver, this.#simulation.main.host, options)
  }

  /**
   * The link from the thread that one object lives in now to that of another; `main` is the test's own thread. One that dies and is made
   * again has new links.
   */
  link(from: NameIn<T> | 'main', to: NameIn<T> | 'main'): TestLink {
    return {
      delay: (ms) => this.#simulation.delay(from, to, checkedMs(ms, `sim.link(${from}, ${to}).delay(ms)`)),
    }
  }

  /** Ends the thread of an object, as if it had died by itself, with all that lives in it (S33). */
  kill(name: NameIn<T>, reason = 'the test killed it'): void {
    this.#simulation.kill(name, reason)
  }

  /** All objects and threads, as they are now. */
  snapshot(): Promise<Snapshot> {
    return this.#driver.run(this.system.snapshot(), 'sim.snapshot()')
  }

  /**
   * Stops the system, as `system.stop()` does. Idempotent.
   *
   * @throws a TsworksError with code BROKEN_PROMISE where what has happened breaks what tsworks promises (a fault of tsworks)
   */
  stop(): Promise<StopReport> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  /** Stops it at the end of a block: `await using sim = await testSystem(…)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #stop(): Promise<StopReport> {
    try {
      const report = await this.#driver.run(this.system.stop(), 'sim.stop()')
      checkInvariants(this.events, this.seed)
      return report
    } finally {
      this.#simulation.close()
    }
  }
}
