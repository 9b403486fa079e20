/**
 * Simulation: a whole system in one real thread: the real kernel, conductor and hosts, on simulated threads, links and time.
 *
 *   World (scheduler) ──steps──▶ SimulatedThread 0 (main) ─┐
 *                               SimulatedThread 1 …        ├─ SimulatedLinks between them
 *                               the kernel (its timers) ───┘
 *
 * Here it is put together; what a test does with it is test-system.ts.
 */

import { BadDefinition } from '../core/errors.ts'
import { listed } from '../core/listed.ts'
import { Conductor } from '../system/conductor.ts'
import type { Definition, Subsystem } from '../system/definitions.ts'
import { loaderBy } from '../system/loader.ts'
import { makeMember, type Member } from '../system/member.ts'
import { planProgram } from '../system/program.ts'
import type { FullSettings } from '../system/settings.ts'
import { System } from '../system/system.ts'
import type { ForThreads } from '../system/thread-main.ts'
import { Kernel } from '../threads/kernel.ts'
import { currentScope } from '../threads/scopes.ts'
import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import type { ThreadHandle, ThreadMaker } from '../threads/thread-maker.ts'
import { codecModules } from '../wire/instance-codecs.ts'
import type { LinkHalf } from '../wire/link-pair.ts'
import { MAIN_PLACE, type ObjectPlan, type Place, type ProgramPlan, type ThreadBoot } from '../wire/kernel-protocol.ts'
import { LockStepThread } from './lock-step/lock-step-thread.ts'
import { Recorder } from './recorder.ts'
import { simulatedLinks, type LinkWorld } from './simulated-link.ts'
import { SimulatedThread } from './simulated-thread.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { watchedLoader } from './watched-loader.ts'
import type { Stepper, World } from './world.ts'

/** A thread, and where its host stands: here, once it has begun, or in a real thread. */
interface Entry {
  readonly thread: SimulatedThread
  member: Member | undefined
  lockStep: LockStepThread | undefined
}

export interface SimulationOptions {
  readonly world: World
  readonly subsystems: readonly Subsystem[]
  readonly settings: FullSettings
  readonly keepsTrace: boolean
  /** The keys of the definitions whose objects run on real threads. */
  readonly lockStep: ReadonlySet<string>
}

/** Threads of a group that says nothing else: the same on every machine, so that a seed means the same there. */
const MACHINE = { threads: Infinity, groupThreads: 3 }

export class Simulation<T> {
  readonly system: System<T>
  readonly recorder: Recorder
  readonly main: Member
  /** What the process would end with, were it the system's own. */
  exitCode = 0
  readonly #world: World
  readonly #memory = SystemMemory.create()
  readonly #threads = new Map<Place, Entry>()
  readonly #definitions = new Map<string, Definition>()
  readonly #program: ProgramPlan
  /** Of the last object of each name that the kernel has told a thread to make: where it is, and the key of its definition. */
  readonly #objects = new Map<string, { readonly place: Place; readonly key: string }>()
  /** In ms, by `from>to`. */
  readonly #delays = new Map<string, number>()
  readonly #roads: VirtualClock
  readonly #kernelSteppers: readonly Stepper[]
  readonly #lockStep: ReadonlySet<string>

  constructor(options: SimulationOptions) {
    const { world, subsystems, settings } = options
    this.#world = world
    this.#lockStep = options.lockStep
    this.recorder = new Recorder({
      now: () => ({ step: world.steps, time: world.time.now }),
      keeps: options.keepsTrace,
      onEvent: world.touch,
    })
    for (const subsystem of subsystems)
      for (const definition of Object.values(subsystem)) this.#definitions.set(definition.key, definition)
    const plans = planProgram(subsystems, { memory: this.#memory, mailbox: settings.mailbox })
    const kernelClock = world.makeClock()
    this.#roads = world.makeClock()
    this.#kernelSteppers = [timersOnly(world, 'the kernel', kernelClock), timersOnly(world, 'the links', this.#roads)]
    for (const stepper of this.#kernelSteppers) world.add(stepper)
    const stopped = Promise.withResolvers<void>()
    const kernel: Kernel = new Kernel({
      clock: kernelClock,
      system: this.#memory,
      maker: this.#maker,
      // Asked only of threads that are held, and of none here.
      inspector: {
        stackOf: () => Promise.resolve({ none: 'a simulated thread' }),
        isDebugged: () => Promise.resolve(false),
      },
      listener: {
        said: (place, message) => conductor.said(place, message),
        died: (place, death) => conductor.threadDied(place, death),
        mourned: (place, loss) => conductor.mourned(place, loss),
        objectOf: (pid) => conductor.objectOf(pid),
        nameOf: (pid) => conductor.nameOf(pid),
      },
    })
    const conductor = new Conductor({
      kernel,
      chance: world.random.fraction,
      machine: MACHINE,
      onStopped: () => stopped.resolve(),
    })
    const mainMemory = ThreadMemory.create()
    const mainThread = this.#makeThread(MAIN_PLACE, 'main')
    this.main = this.#makeMember(mainThread, {
      memory: mainMemory,
      forThreads: this.#forThreads(settings),
      blockingForbidden: settings.blockMain
        ? undefined
        : 'the main thread may not be blocked; await the Future, or say blockMain: true in the settings',
    })
    this.#threads.set(MAIN_PLACE, { thread: mainThread, member: this.main, lockStep: undefined })
    this.system = new System<T>({
      member: this.main,
      kernel: { gone: stopped.promise, onFailed: () => {} },
      signals: false,
      mailbox: settings.mailbox,
      // The process is the test's.
      setExitCode: (code) => (this.exitCode = code),
    })
    kernel.adopt(MAIN_PLACE, 'main', { handle: this.#seen(mainThread), memory: mainMemory })
    this.#program = {
      ...plans,
      groupBudget: settings.groupBudget,
      startTimeoutMs: settings.startTimeout,
      stopTimeoutMs: settings.stopTimeout,
      forThreads: this.#forThreads(settings),
      linkKind: 'ring',
    }
  }

  #forThreads({ log, largeCopies, stopTimeout: stopTimeoutMs }: FullSettings): ForThreads {
    // All threads here are one, but for those in lock-step.
    return { log, largeCopies, stopTimeoutMs, codecModules: codecModules() }
  }

  begin(): Promise<void> {
    return this.system.begin(this.#program)
  }

  /** It has stopped: nothing of it is left. */
  close(): void {
    for (const { thread, member, lockStep } of this.#threads.values()) {
      thread.end({ reason: 'the simulation is over', error: undefined, isClean: true })
      member?.uninstall()
      lockStep?.close()
      this.#world.remove(thread)
    }
    for (const stepper of this.#kernelSteppers) this.#world.remove(stepper)
  }

  /** From now on, what one sends to the other takes that long, in ms. */
  delay(from: string, to: string, ms: number): void {
    const call = `sim.link(${from}, ${to})`
    this.#delays.set(`${this.#placeNamed(from, call)}>${this.#placeNamed(to, call)}`, ms)
  }

  /** Ends the thread of an object, as if it had died by itself. */
  kill(name: string, reason: string): void {
    const place = this.#placeNamed(name, `sim.kill(${name})`)
    if (place === MAIN_PLACE)
      throw new BadDefinition(`sim.kill(${name}): ${name} lives on the main thread, which is the test's own`)
    const error = new Error(reason)
    this.#over(place)
    const entry = this.#threads.get(place)
    entry?.lockStep?.terminate()
    entry?.thread.end({ reason: `its thread ended by an error: ${reason}`, error, isClean: false })
  }

  #placeNamed(name: string, call: string): Place {
    if (name === 'main') return MAIN_PLACE
    const place = this.#objects.get(name)?.place
    if (place !== undefined) return place
    throw new BadDefinition(
      `${call}: expected the name of an object of this system, or main, found ${name}; there are ${listed([...this.#objects.keys()])}`,
    )
  }

  // ── Threads ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  readonly #maker: ThreadMaker = {
    make: ({ label, boot }) => {
      const { place, cast } = boot
      const thread = this.#makeThread(place, label)
      const entry: Entry = { thread, member: undefined, lockStep: undefined }
      this.#threads.set(place, entry)
      for (const { name, key } of cast.objects) this.#objects.set(name, { place, key })
      if (cast.objects.some(({ key }) => this.#lockStep.has(key)))
        entry.lockStep = new LockStepThread({
          world: this.#world,
          thread,
          boot,
          onOver: () => this.#over(place),
        })
      else thread.boots(() => void (entry.member = this.#beginHere(thread, boot)))
      return this.#seen(thread)
    },
    link: (asking, place) => this.#makeLinks(asking, place),
  }

  #beginHere(thread: SimulatedThread, boot: Omit<ThreadBoot, 'port'>): Member {
    const member = this.#makeMember(thread, {
      memory: new ThreadMemory(boot.threadMemory),
      forThreads: boot.forThreads as ForThreads,
      blockingForbidden: boot.blockingForbidden,
    })
    member.host.learn(structuredClone(boot.cast))
    member.line.tell({ kind: 'up' })
    return member
  }

  #makeThread(place: Place, label: string): SimulatedThread {
    const thread: SimulatedThread = new SimulatedThread({
      world: this.#world,
      place,
      label,
      trace: this.recorder.traceOf(place, () => thread.isOver),
      trouble: (what) => ({
        wait: () => `${what}${this.recorder.inHand(currentScope())}`,
        why: (isHopeless) => this.#whyBlocked(what, isHopeless),
        cure: () => this.#howToBlock(),
      }),
    })
    return thread
  }

  #makeMember(
    thread: SimulatedThread,
    how: {
      readonly memory: ThreadMemory
      readonly forThreads: ForThreads
      readonly blockingForbidden: string | undefined
    },
  ): Member {
    return makeMember({
      place: thread.place,
      label: thread.label,
      port: thread.port,
      engine: thread.engine,
      system: this.#memory,
      memory: how.memory,
      blockingForbidden: how.blockingForbidden,
      log: how.forThreads.log,
      largeCopies: how.forThreads.largeCopies,
      stopTimeoutMs: how.forThreads.stopTimeoutMs,
      loader: this.#loader,
      leave: () => {
        if (thread.place === MAIN_PLACE) return
        this.#over(thread.place)
        thread.end({ reason: 'its thread exited with code 0', error: undefined, isClean: true })
      },
      onNews: (news) => {
        if (thread.place === MAIN_PLACE) this.system.news(news)
      },
    })
  }

  /** Its handle, of which the simulation sees what objects the kernel makes where, and when it is ended. */
  #seen(thread: SimulatedThread): ThreadHandle {
    const { handle } = thread
    return {
      ...handle,
      post: (message) => {
        if (message.kind === 'make')
          this.#objects.set(message.plan.name, { place: thread.place, key: message.plan.key })
        handle.post(message)
      },
      terminate: () => {
        this.#over(thread.place)
        this.#threads.get(thread.place)?.lockStep?.terminate()
        handle.terminate()
      },
      close: () => {
        this.#threads.get(thread.place)?.lockStep?.close()
        this.#threads.delete(thread.place)
        handle.close()
      },
    }
  }

  /** A thread is about to be over: code of it that still runs reaches nobody. */
  #over(place: Place): void {
    this.recorder.lost(place)
    const member = this.#threads.get(place)?.member
    member?.host.parts.routes.close()
    member?.uninstall()
  }

  // ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #makeLinks(asking: Place, place: Place): [LinkHalf, LinkHalf] {
    const worldFrom = (from: Place, to: Place): LinkWorld => ({
      stamp: () => this.#world.stamp(),
      now: () => this.#world.time.now,
      delay: () => this.#delays.get(`${from}>${to}`) ?? 0,
      after: (ms, call) => void this.#roads.after(ms, call),
    })
    return simulatedLinks(
      [this.#threads.get(asking)!.thread, this.#threads.get(place)!.thread],
      [worldFrom(asking, place), worldFrom(place, asking)],
    )
  }

  // ── Classes ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  readonly #loader = watchedLoader(
    loaderBy((plan) => Promise.resolve(this.#definitionOf(plan))),
    (work, what) => this.#world.loading(work, what),
  )

  #definitionOf({ key }: ObjectPlan): Definition {
    return this.#definitions.get(key)!
  }

  // ── Blocking ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A callee with an open handler while nothing can run without a promise is at an await, or blocks in its turn. */
  #whyBlocked(what: string, isHopeless: boolean): string | undefined {
    const name = what.slice(0, what.lastIndexOf('.'))
    const open = this.recorder.waiting().find((one) => one.name === name)
    if (open === undefined) return isHopeless ? 'nobody answers it' : undefined
    const { thread, lockStep } = this.#threads.get(this.#objects.get(name)!.place)!
    if (lockStep === undefined && !this.#world.isBlocked(thread))
      return `${name} has not ended ${open.method}, which is async or gave a promise`
    // One on a real thread goes on, but what comes to it from outside is heard only when this thread does. One that blocks in its turn waits
    // for what is in its own turn: whether that is a circle is not said here (S18).
    return isHopeless || open.for === 'outside'
      ? `${name} has not ended ${open.method}, which waits for ${open.what}`
      : undefined
  }

  /** What lets the code that runs here block. */
  #howToBlock(): string {
    const name = this.recorder.nameOf(currentScope())
    if (name === undefined) return 'let the simulation run instead: await sim.run(…)'
    const key = this.#objects.get(name)?.key ?? name
    return `run ${name} on a real thread: testSystem(program, { lockStep: ['${key}'] })`
  }
}

function timersOnly(world: World, label: string, clock: VirtualClock): Stepper {
  return {
    label,
    get nextDue() {
      return clock.nextDue
    },
    ownSteps: [
      { what: `${label}: a timer`, isReady: () => clock.nextDue <= world.time.now, run: () => clock.fireNext() },
    ],
    otherSteps: [],
  }
}
