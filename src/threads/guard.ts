/**
 * Guard: looks at all threads from the kernel, tells of those that are held, and has those ended that are held for longer than their objects
 * may (S37). What a thread's being held means, and how it is seen, is watchdog.ts's; here is who does it, and what is done about it.
 *
 * Who holds a thread: the object whose method is running, if one is marked. Else code after an await, or a callback, does: then it is
 * the object that has a handler in hand, or the only one of the thread; where several have, it is one of them, and all are named.
 * `maxHandlerTime` counts for whoever it may be, so the longest of theirs does, and none if one of them has none.
 *
 * Nothing is told of, and nothing is ended, while somebody may debug the process: a thread at a breakpoint looks like one that is stuck.
 */

import type { Clock } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { TsworksError } from '../core/errors.ts'
import { listed } from '../core/listed.ts'
import type { Held, Holder, Place, ThreadInspection, ToThread, WatchdogTimes } from '../wire/kernel-protocol.ts'
import { MAIN_PLACE } from '../wire/kernel-protocol.ts'
import { MarkAges } from './mark-ages.ts'
import { readPanel, type Shown } from './panel.ts'
import type { ThreadMemory, ThreadSample } from './shared-state.ts'
import type { StackReport, ThreadInspector } from './stack-reader.ts'
import type { ThreadHandle } from './thread-maker.ts'
import { Watchdog, type Change, type Standing } from './watchdog.ts'

/** A thread, as the kernel knows it. */
export interface GuardedThread {
  readonly place: Place
  readonly label: string
  readonly memory: ThreadMemory
  readonly handle: ThreadHandle
  /** The words that it shows, by number. */
  readonly words: ReadonlyMap<number, string>
  /** The sheets of its Panel. */
  readonly sheets: readonly SharedArrayBuffer[]
}

/** What must be known of an object to judge it. */
export interface GuardedObject {
  readonly name: string
  /** How long its code may hold a thread, in ms. */
  readonly maxHandlerTime: number | undefined
}

export interface GuardOptions {
  readonly clock: Clock
  readonly inspector: ThreadInspector
  /** The threads that are up. */
  readonly threads: () => readonly GuardedThread[]
  readonly objectOf: (pid: number) => GuardedObject | undefined
  /** Also of those that are known to their thread alone. */
  readonly nameOf: (pid: number) => string | undefined
  readonly tell: (place: Place, message: ToThread) => void
  /** Ends a thread that nobody told to leave. */
  readonly end: (place: Place, why: { readonly reason: string; readonly error: Error }) => void
}

interface Suspect {
  readonly pid: number
  readonly method: string | undefined
  readonly ageMs: number
}

/** How often it looks, in ms: the shorter of this and half of the shortest time that it has to tell. */
const PERIOD_MS = 250
const SHORTEST_PERIOD_MS = 5

export class Guard {
  readonly #options: GuardOptions
  #watchdog: Watchdog | undefined
  readonly #ages = new MarkAges()
  /** Whether any object may hold its thread for so long and no longer. */
  #hasLimits = false
  /** What is being told of a thread: one thing after the other. */
  readonly #telling = new Map<Place, Promise<void>>()
  /** Which are told of as held. */
  readonly #told = new Set<Place>()
  /** Held for longer than their objects may: each is seen to once. */
  readonly #overdue = new Set<Place>()

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** Begins. `limits`: all `maxHandlerTime`s of the program. */
  begin(times: WatchdogTimes, limits: readonly number[]): void {
    this.#hasLimits = limits.length > 0
    const shortest = Math.min(times.busy, ...limits)
    const period = Math.max(SHORTEST_PERIOD_MS, Math.min(PERIOD_MS, shortest / 2))
    this.#watchdog = new Watchdog(times, { period, now: this.#options.clock.now() })
    this.#lookAgain(this.#watchdog)
  }

  standingOf(place: Place): Standing {
    return this.#watchdog?.standingOf(place, this.#options.clock.now()) ?? { status: 'free', sinceMs: 0 }
  }

  /** What shared memory shows of the objects of a thread (S41). */
  shown(thread: GuardedThread): Shown[] {
    const now = this.#options.clock.now()
    const rows = readPanel(thread.sheets, { word: (id) => thread.words.get(id), now })
    const running = thread.memory.sample()
    if (running === undefined) return rows
    // Its row has the same time as its mark, which may be old.
    const most = this.#ages.ageOf(thread.place, running, now)
    return rows.map((row) =>
      row.pid === running.pid && row.handling !== undefined
        ? { ...row, handling: { ...row.handling, ageMs: Math.min(row.handling.ageMs, most) } }
        : row,
    )
  }

  /** Whose code a thread runs: one if that is known, several if it is one of them, none if it is none. */
  suspects(thread: GuardedThread): Suspect[] {
    const running = thread.memory.sample()
    if (running !== undefined)
      return [
        {
          pid: running.pid,
          method: thread.words.get(running.word),
          ageMs: this.#ages.ageOf(thread.place, running, this.#options.clock.now()),
        },
      ]
    const rows = this.shown(thread)
    const withHandler = rows.filter(({ handling }) => handling !== undefined)
    const likely = withHandler.length > 0 || rows.length > 1 ? withHandler : rows
    return likely.map(({ pid, handling }) => ({ pid, method: handling?.method, ageMs: handling?.ageMs ?? 0 }))
  }

  /** The object whose code a thread runs, with its handler; undefined where that is not known. */
  holderOf(thread: GuardedThread): ThreadInspection['busy'] {
    const [suspect, other] = this.suspects(thread)
    if (suspect === undefined || other !== undefined) return undefined
    const { pid, method, ageMs } = suspect
    return { pid, method: method ?? '?', ageMs }
  }

  /** What a thread that has ended had in hand: here an object that has its thread for itself is not suspected without a handler. */
  inHandOf(thread: GuardedThread): ThreadInspection['busy'] {
    const isRunning = thread.memory.sample() !== undefined
    return isRunning || this.suspects(thread)[0]?.method !== undefined ? this.holderOf(thread) : undefined
  }

  #lookAgain(watchdog: Watchdog): void {
    this.#options.clock.after(watchdog.period, () => {
      this.#look(watchdog)
      this.#lookAgain(watchdog)
    })
  }

  #look(watchdog: Watchdog): void {
    const { clock, tell } = this.#options
    const threads = this.#options.threads()
    const now = clock.now()
    const marks = new Map<Place, ThreadSample>()
    const looks = threads.map(({ place, memory, handle }) => {
      const running = memory.sample()
      if (running !== undefined) marks.set(place, running)
      return {
        place,
        isWaiting: memory.bell.isBlocked,
        runningMs: running && this.#ages.ageOf(place, running, now),
        idleMs: handle.idleMs(),
        heard: memory.heard,
      }
    })
    this.#ages.looked(now, marks)
    const { changes, probes } = watchdog.look(now, looks)
    for (const [place, probe] of probes) tell(place, { kind: 'probe', probe })
    for (const thread of threads) {
      const change = changes.find(({ place }) => place === thread.place)
      if (change !== undefined) this.#changed(thread, change)
      this.#judge(watchdog, thread)
    }
  }

  // ── To tell ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #changed(thread: GuardedThread, { status, sinceMs, heldMs }: Change): void {
    if (status === 'busy') {
      if (!this.#isLoading(thread)) this.#tell(thread, 'busy', sinceMs)
    } else if (status === 'stuck') this.#tellWithStack(thread)
    else {
      this.#overdue.delete(thread.place)
      if (this.#told.delete(thread.place)) this.#tell(thread, 'free', heldMs)
    }
  }

  #tell(thread: GuardedThread, status: Held['status'], heldMs: number): void {
    const held = this.#held(thread, { status, heldMs })
    if (status !== 'free') this.#told.add(thread.place)
    this.#inTurn(thread.place, () => this.#options.tell(MAIN_PLACE, { kind: 'held', ...held }))
  }

  #tellWithStack(thread: GuardedThread): void {
    this.#told.add(thread.place)
    this.#inTurn(thread.place, async () => {
      const report = await this.#stackOf(thread)
      if (report === undefined) return
      const held = this.#held(thread, { status: 'stuck', heldMs: this.#heldMs(thread) })
      this.#options.tell(MAIN_PLACE, { kind: 'held', ...held, stack: shownStack(report) })
    })
  }

  /** What is told of one thread leaves in the order in which it was seen, though a stack takes a while. */
  #inTurn(place: Place, work: () => void | Promise<void>): void {
    const before = this.#telling.get(place) ?? Promise.resolve()
    const done = before.then(work).finally(() => {
      if (this.#telling.get(place) === done) this.#telling.delete(place)
    })
    this.#telling.set(place, done)
  }

  #held(thread: GuardedThread, how: Pick<Held, 'status' | 'heldMs'>): Held {
    const { place, label } = thread
    const suspects = how.status === 'free' ? [] : this.suspects(thread)
    const by = suspects.map(({ pid, method }): Holder => ({ pid, method, name: this.#nameOf(pid) }))
    return { place, label, ...how, by, stack: undefined }
  }

  /** Where a thread stands; undefined where somebody debugs: then nobody is taken for stuck. */
  async #stackOf({ handle }: GuardedThread): Promise<StackReport | undefined> {
    const { inspector, clock } = this.#options
    if (await inspector.isDebugged()) {
      this.#watchdog?.excuseAll(clock.now())
      return undefined
    }
    return inspector.stackOf(handle.threadId)
  }

  // ── To end ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #judge(watchdog: Watchdog, thread: GuardedThread): void {
    const { place } = thread
    const heldMs = watchdog.heldMs(place, this.#options.clock.now())
    if (heldMs === 0 || !this.#hasLimits || this.#overdue.has(place)) return
    const limit = this.#limitOf(thread)
    if (limit === undefined || heldMs <= limit) return
    this.#overdue.add(place)
    // Where nothing can be ended, it is told at least.
    if (place === MAIN_PLACE) this.#tellWithStack(thread)
    else void this.#endIfHeld(watchdog, thread, limit)
  }

  async #endIfHeld(watchdog: Watchdog, thread: GuardedThread, limit: number): Promise<void> {
    const { place } = thread
    const report = await this.#stackOf(thread)
    // All that has taken a while.
    this.#look(watchdog)
    const heldMs = this.#heldMs(thread)
    if (report === undefined || heldMs <= limit) return void this.#overdue.delete(place)
    const who = shownSuspects(this.suspects(thread).map(({ pid, method }) => ({ name: this.#nameOf(pid), method })))
    const what = `${who} held it for ${(heldMs / 1_000).toFixed(1)} s, more than maxHandlerTime (${shownMs(limit)})`
    const error = new TsworksError(`the thread of ${thread.label} was ended: ${what}`, { code: 'HELD_TOO_LONG' })
    // Not where this was found out, but where the thread stood.
    error.stack = `${error.name}: ${error.message}\n${shownStack(report)}`
    this.#overdue.delete(place)
    this.#options.end(place, { reason: `its thread was ended: ${what}`, error })
  }

  /** How long whatever code holds it now may do so: the longest time of those that it may be; undefined if one of them has none. */
  #limitOf(thread: GuardedThread): number | undefined {
    if (this.#isLoading(thread)) return undefined
    const suspects = this.suspects(thread)
    const pids = (suspects.length > 0 ? suspects : this.shown(thread)).map(({ pid }) => pid)
    let limit = pids.length > 0 ? 0 : Infinity
    for (const pid of pids) limit = Math.max(limit, this.#options.objectOf(pid)?.maxHandlerTime ?? Infinity)
    return Number.isFinite(limit) ? limit : undefined
  }

  /** Whether it loads the modules of objects that are not made yet: that is no handler, and has a deadline of its own (S27). */
  #isLoading(thread: GuardedThread): boolean {
    return thread.memory.sample() === undefined && this.shown(thread).some(({ mode }) => mode === 'made')
  }

  #heldMs({ place }: GuardedThread): number {
    return this.#watchdog?.heldMs(place, this.#options.clock.now()) ?? 0
  }

  #nameOf(pid: number): string {
    return this.#options.nameOf(pid) ?? `object ${pid}`
  }
}

function shownStack(report: StackReport): string {
  return 'stack' in report ? report.stack : `    no stack: ${report.none}`
}

/** In words: `worker.spin`, `one of a.x and b.y`, `code of a`. */
export function shownSuspects(suspects: readonly Pick<Holder, 'name' | 'method'>[]): string {
  const all = suspects.map(({ name, method }) => (method === undefined ? `code of ${name}` : `${name}.${method}`))
  if (all.length === 0) return 'code of no object that has a handler in hand'
  return all.length === 1 ? all[0]! : `one of ${listed(all)}`
}
