/**
 * Kernel: the thread without user code that starts and ends all others, introduces them, and tells of deaths.
 *
 *            ┌─ place 0: the main thread, a peer like any other ─┐
 *   kernel ──┼─ place 1: a Worker ───────────────────────────────┼── links between them, made here
 *            └─ place 2: …                                       ┘
 *
 *   starting ──up──▶ up ──leave──▶ leaving ──exit──▶ dead       a thread that exits unasked has died: all others are told
 *
 * Being the parent of all Workers, in an event loop that nobody can block, it hears of a death whatever the main thread is doing.
 * What objects there are and in which order they start is not known here: that is the conductor's (system/).
 */

import type { Clock } from '../core/clock.ts'
import { ActorDead, StartError } from '../core/errors.ts'
import { Graves } from './graves.ts'
import type {
  Cast,
  Counters,
  Loss,
  Place,
  ThreadBoot,
  ThreadInspection,
  ToKernel,
  ToThread,
} from '../wire/kernel-protocol.ts'
import { KERNEL_PROTOCOL_VERSION, MAIN_PLACE } from '../wire/kernel-protocol.ts'
import type { LinkKind } from '../wire/link-pair.ts'
import { Accounts } from './accounts.ts'
import { sumOf } from './counts.ts'
import { endsWithin } from './ends-within.ts'
import { DeadPlaces, MOST_GRAVES, THREAD_DIED } from './dead-places.ts'
import { errorFromBytes, errorToBytes } from './error-bytes.ts'
import { Guard, type GuardedObject } from './guard.ts'
import { Inspections, type Inspected } from './inspections.ts'
import { keyShown, type Shown } from './panel.ts'
import { ThreadMemory, type SystemMemory } from './shared-state.ts'
import type { ThreadInspector } from './stack-reader.ts'
import type { ThreadExit, ThreadHandle, ThreadMaker } from './thread-maker.ts'
import type { Leave, ThreadRecord } from './thread-record.ts'

/** What a thread says that the kernel itself does not handle. */
export type ForConductor = Exclude<
  ToKernel,
  { readonly kind: 'up' | 'cannotStart' | 'done' | 'failed' | 'introduce' | 'inspected' | 'mourned' | 'word' | 'sheet' }
>

export interface KernelListener {
  said(place: Place, message: ForConductor): void
  /** A thread has ended that nobody told to. */
  died(place: Place, death: ThreadDeath): void
  /** All others have heard of it, and settled what it will never answer. */
  mourned(place: Place, loss: Loss): void
  /** What is known of an object that lives. */
  objectOf(pid: number): GuardedObject | undefined
  /** The name of an object that lives, also of one that is known to its thread alone. */
  nameOf(pid: number): string | undefined
}

/** How a thread has died. */
export interface ThreadDeath {
  readonly reason: string
  readonly error: unknown
  /** The handler that held it. */
  readonly inHand: ThreadInspection['busy']
  /** Its objects, as shared memory has them. */
  readonly shown: readonly Shown[]
}

/** Those who have to hear of a death, and what they have told of it. */
interface Mourning {
  readonly waiting: Set<Place>
  loss: Loss
}

export interface ThreadWish {
  readonly label: string
  /** The user's module: the thread's entry. */
  readonly module: string
  readonly cast: Cast
  readonly blockingForbidden: string | undefined
  readonly resourceLimits: object | undefined
  readonly forThreads: unknown
  /** The highest slot of a mailbox there. */
  readonly lastSlot: number
}

/** How long a thread may take to let what it holds for others leave, in ms. */
const HAND_OVER_MS = 1_000
/** How long a thread may take to leave by itself, in ms: many that leave at once, on a machine that is busy, are slow, not stuck. */
const LEAVE_MS = 5_000
/** How long one that is known to stand still may take, and any to be ended (S30). */
const END_MS = 1_000

export class Kernel {
  readonly clock: Clock
  readonly system: SystemMemory
  readonly #maker: ThreadMaker
  readonly #listener: KernelListener
  readonly #threads = new Map<Place, ThreadRecord>()
  /** Threads that were told to end and have not: by label. While one is left, the process cannot exit by itself. */
  readonly #givenUp = new Map<Place, string>()
  readonly guard: Guard
  readonly #dead = new DeadPlaces()
  readonly #graves = new Graves<Place, { readonly label: string; readonly reason: string }>(MOST_GRAVES)
  /** Who has been introduced to whom. */
  readonly #accounts = new Accounts()
  readonly #mournings = new Map<Place, Mourning>()
  readonly #inspections: Inspections
  #linkKind: LinkKind = 'ring'
  #lastPlace: Place = 0
  #lastCommand = 0

  constructor(how: {
    readonly clock: Clock
    readonly system: SystemMemory
    readonly maker: ThreadMaker
    readonly listener: KernelListener
    readonly inspector: ThreadInspector
  }) {
    this.clock = how.clock
    this.system = how.system
    this.#maker = how.maker
    this.#listener = how.listener
    this.guard = new Guard({
      clock: how.clock,
      inspector: how.inspector,
      threads: () =>
        [...this.#threads.values()].filter(({ status, killed }) => status.kind === 'up' && killed === undefined),
      objectOf: (pid) => how.listener.objectOf(pid),
      nameOf: (pid) => how.listener.nameOf(pid),
      tell: (place, message) => this.tell(place, message),
      end: (place, why) => void this.kill(place, why),
    })
    this.#inspections = new Inspections({
      clock: how.clock,
      guard: this.guard,
      tell: (place, message) => this.tell(place, message),
    })
  }

  /** Threads, by label, that were told to end and have not. */
  get givenUp(): string[] {
    return [...this.#givenUp.values()]
  }

  set linkKind(kind: LinkKind) {
    this.#linkKind = kind
  }

  // ── Threads ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The number of the next thread, for a plan that must name it before it exists. */
  reservePlace(): Place {
    return ++this.#lastPlace
  }

  /** Takes in a thread that is there already: the main thread. */
  adopt(place: Place, label: string, how: { readonly handle: ThreadHandle; readonly memory: ThreadMemory }): void {
    this.#listen({ place, label, ...how, status: { kind: 'up' } })
  }

  /** Starts a thread; resolves when its host is up, rejects with a StartError if it never comes up. */
  async startThread(place: Place, wish: ThreadWish): Promise<void> {
    const memory = ThreadMemory.create()
    memory.rooms.reach(wish.lastSlot)
    const up = Promise.withResolvers<void>()
    const boot: Omit<ThreadBoot, 'port'> = {
      version: KERNEL_PROTOCOL_VERSION,
      role: 'thread',
      place,
      label: wish.label,
      systemMemory: this.system.buffer,
      threadMemory: memory.buffer,
      blockingForbidden: wish.blockingForbidden,
      cast: wish.cast,
      forThreads: wish.forThreads,
    }
    const handle = this.#maker.make({
      module: wish.module,
      label: wish.label,
      boot,
      resourceLimits: wish.resourceLimits,
    })
    this.#listen({ place, label: wish.label, memory, handle, status: { kind: 'starting', up } })
    await up.promise
  }

  /** A mailbox in that thread gets that counter; one that has not started yet gets it with its memory. */
  giveSlot(place: Place, slot: number): void {
    const rooms = this.#threads.get(place)?.memory.rooms
    rooms?.reach(slot)
    rooms?.renew(slot)
  }

  isAlive(place: Place): boolean {
    const status = this.#threads.get(place)?.status.kind
    return status === 'up' || status === 'starting'
  }

  /** Whether a thread was there, and is no more or leaves. */
  isGone(place: Place): boolean {
    return this.#dead.has(place) || this.#threads.get(place)?.status.kind === 'leaving'
  }

  labelOf(place: Place): string {
    return (this.#threads.get(place) ?? this.#graves.get(place))?.label ?? `thread ${place}`
  }

  /** Why a thread has ended, as far as that is remembered; undefined for one that lives. */
  deathOf(place: Place): string | undefined {
    return this.#graves.get(place)?.reason
  }

  /** Lets a thread leave, and ends it if it does not. */
  async dismiss(place: Place, reason = 'its thread has left'): Promise<Leave> {
    const thread = this.#threads.get(place)
    if (thread === undefined) return 'left'
    const { status } = thread
    if (status.kind === 'leaving') return status.leave
    const gone = Promise.withResolvers<void>()
    const leave = this.#seeOut(thread, gone.promise)
    thread.status = { kind: 'leaving', reason, gone, leave }
    if (status.kind === 'starting')
      status.up.reject(
        new StartError(`${thread.label}: its thread was told to leave before it was up`, {
          actor: thread.label,
          phase: 'thread',
        }),
      )
    this.tell(place, { kind: 'exit' })
    return leave
  }

  /**
   * Ends a thread wherever it stands, as if it had died by itself; resolves when it has. One that stands in native code cannot be ended: it
   * is given up.
   */
  async kill(place: Place, why: { readonly reason: string; readonly error?: unknown }): Promise<void> {
    const thread = this.#threads.get(place)
    if (thread === undefined) return
    if (thread.killed !== undefined) return thread.killed.gone.promise
    const gone = Promise.withResolvers<void>()
    thread.killed = { reason: why.reason, error: why.error, gone }
    thread.handle.terminate()
    if (!(await endsWithin(this.clock, END_MS, gone.promise))) this.#giveUp(thread, why.reason)
  }

  async #seeOut(thread: ThreadRecord, gone: Promise<void>): Promise<Leave> {
    const patience = thread.isSilent === true ? END_MS : LEAVE_MS
    if (await endsWithin(this.clock, patience, gone)) return 'left'
    await this.kill(thread.place, { reason: 'its thread did not stop in time' })
    return this.#givenUp.has(thread.place) ? 'given up' : 'forced'
  }

  /** One that stands in native code cannot be ended. It is fenced off, and for all others it is dead (S37). */
  #giveUp(thread: ThreadRecord, why: string): void {
    const { place, label } = thread
    if (this.#threads.get(place) !== thread) return
    // First: whatever it may have begun when others hear of its death, it begins nothing after.
    thread.memory.fence()
    this.#givenUp.set(place, label)
    const reason = `${why}; it stands in native code, and was given up`
    this.tell(MAIN_PLACE, { kind: 'threadGivenUp', place, label, reason })
    this.#bury(thread, { reason, told: reason, hadLeft: false, error: thread.killed?.error })
  }

  // ── Talk ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Posts to a thread and rings its bell, so that it hears it even while it is blocked. */
  tell(place: Place, message: ToThread): void {
    const thread = this.#threads.get(place)
    if (thread === undefined) return
    thread.handle.post(message)
    // Without a post of its own: the message wakes an event loop by itself, and the owner may have taken it and fallen asleep again.
    thread.memory.bell.ring()
  }

  /**
   * Does what a message of a thread asks for. What goes wrong is told to that thread, and ends nothing: all others go on.
   *
   * For all that is done for the message, later steps too.
   */
  attempt(place: Place, message: ToKernel, work: () => void): void {
    try {
      work()
    } catch (thrown) {
      const error = errorToBytes(thrown)
      if ('request' in message) this.tell(place, { kind: 'refusal', request: message.request, error })
      // What waits for a place to go to shall not wait for ever (S10).
      if (message.kind === 'locate') {
        const { name, pid } = message
        this.tell(place, { kind: 'located', name, pid, location: undefined, death: undefined, near: [] })
      }
      this.tell(place, { kind: 'notDone', asked: message.kind, error })
    }
  }

  /** Gives a command; resolves when it is done, rejects with what went wrong, or when the thread dies. */
  command(place: Place, message: (command: number) => ToThread): Promise<void> {
    const thread = this.#threads.get(place)
    if (thread === undefined) return Promise.reject(new ActorDead(this.labelOf(place), THREAD_DIED, { executed: 'no' }))
    const command = ++this.#lastCommand
    const done = Promise.withResolvers<void>()
    thread.commands.set(command, done)
    this.tell(place, message(command))
    return done.promise
  }

  /** Returns when all that threads hold for others has left them; but a thread that stands still is not waited for long. */
  async handOver(): Promise<void> {
    const asked = [...this.#threads.values()].filter(
      ({ status, isSilent }) => status.kind === 'up' && isSilent !== true,
    )
    await Promise.all(
      asked.map(async (thread) => {
        const done = this.command(thread.place, (command) => ({ kind: 'handOver', command }))
        // One that has died holds nothing.
        if (!(await endsWithin(this.clock, HAND_OVER_MS, done))) thread.isSilent = true
      }),
    )
  }

  /** Asks all threads that are up what they are doing (S41). Each thread is counted once, whether it is up, on its way, or has ended. */
  async inspect(): Promise<Inspected & { readonly ended: Counters }> {
    const up = [...this.#threads.values()].filter(({ status }) => status.kind === 'up')
    const inspected = await this.#inspections.inspect(up)
    // One that has ended meanwhile is counted with the ended ones, and so is one that is about to.
    const others = [...this.#threads.values()].filter((thread) => !up.includes(thread))
    const ended = sumOf([this.#accounts.ended, ...others.map(({ memory }) => memory.counts.read())])
    return { ...inspected, threads: inspected.threads.filter(({ place }) => this.#threads.has(place)), ended }
  }

  /** The key of the definition of an object, as its thread shows it in shared memory. */
  keyAt(place: Place, pid: number): string | undefined {
    const thread = this.#threads.get(place)
    return thread && thread.words.get(keyShown(thread.sheets, pid))
  }

  /** What a thread has in hand, from shared memory. */
  busyWith(place: Place): ThreadInspection['busy'] {
    const thread = this.#threads.get(place)
    return thread === undefined ? undefined : this.guard.holderOf(thread)
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #listen(began: Pick<ThreadRecord, 'place' | 'label' | 'memory' | 'handle' | 'status'>): void {
    const thread: ThreadRecord = { ...began, words: new Map(), sheets: [], commands: new Map() }
    const { place } = thread
    this.#threads.set(place, thread)
    thread.handle.listen({
      message: (message) => {
        // Nothing is heard any more of one that was given up.
        if (this.#threads.get(place) === thread) this.attempt(place, message, () => this.#heard(thread, message))
      },
      exit: (exit) => this.#exited(thread, exit),
    })
  }

  #heard(thread: ThreadRecord, message: ToKernel): void {
    switch (message.kind) {
      case 'up':
        if (thread.status.kind === 'starting') {
          const { up } = thread.status
          thread.status = { kind: 'up' }
          up.resolve()
        }
        return
      case 'cannotStart':
        if (thread.status.kind === 'starting')
          thread.status.up.reject(errorFromBytes(message.error, { passesOn: true }))
        return
      case 'done':
        thread.commands.get(message.command)?.resolve()
        thread.commands.delete(message.command)
        return
      case 'failed':
        thread.commands.get(message.command)?.reject(errorFromBytes(message.error, { passesOn: true }))
        thread.commands.delete(message.command)
        return
      case 'introduce':
        return this.#introduce(thread, message.place)
      case 'inspected':
        return this.#inspections.answered(thread.place, message)
      case 'mourned':
        return this.#mourned(thread.place, message)
      case 'word':
        thread.words.set(message.id, message.text)
        return
      case 'sheet':
        thread.sheets.push(message.sheet)
        return
      case 'begin':
      case 'born':
      case 'crashed':
      case 'crowded':
      case 'deadLetters':
      case 'deadLettersTaken':
      case 'ended':
      case 'hearDeadLetters':
      case 'killThread':
      case 'locate':
      case 'observing':
      case 'pids':
      case 'setLogLevel':
      case 'shutDown':
      case 'snapshot':
      case 'spawn':
      case 'stopChildren':
      case 'stopObject':
      case 'unborn':
        return this.#listener.said(thread.place, message)
      default:
        throw new TypeError(`unknown message to the kernel: ${JSON.stringify(message satisfies never)}`)
    }
  }

  #introduce(asking: ThreadRecord, place: Place): void {
    const other = this.#threads.get(place)
    if (other === undefined) {
      const reason = this.#graves.get(place)?.reason ?? THREAD_DIED
      return this.tell(asking.place, { kind: 'threadDied', place, reason, hadLeft: false })
    }
    // Both may ask at the same time; the first one's link serves both.
    const ledger = this.#accounts.meet(asking.place, place)
    if (ledger === undefined) return
    const [half, otherHalf] = this.#maker.link(asking.place, place, this.#linkKind)
    const meet = { kind: 'introduced', ledger } as const
    this.tell(asking.place, { ...meet, place, half, memory: other.memory.buffer, side: 0 })
    this.tell(place, { ...meet, place: asking.place, half: otherHalf, memory: asking.memory.buffer, side: 1 })
  }

  #exited(thread: ThreadRecord, exit: ThreadExit): void {
    const { place, status, killed } = thread
    thread.handle.close()
    // It had been given up, and has come back from its native code: that was its end.
    if (this.#threads.get(place) !== thread) return void this.#givenUp.delete(place)
    const hadLeft = status.kind === 'leaving' && exit.isClean
    const told = killed?.reason ?? exit.reason
    const reason = hadLeft ? status.reason : told
    this.#bury(thread, { reason, told, hadLeft, error: exit.error ?? killed?.error })
  }

  /** `reason`: for those who ask; `told`: what it died of itself, whatever it was told to do. */
  #bury(
    thread: ThreadRecord,
    how: { readonly reason: string; readonly told: string; readonly hadLeft: boolean; readonly error: unknown },
  ): void {
    const { place, label, status, memory } = thread
    const { reason, told, hadLeft, error } = how
    this.#threads.delete(place)
    this.#dead.add(place)
    this.#graves.dig(place, { label, reason })
    this.#accounts.end(place, memory.counts, (other) => this.#threads.has(other))
    const inHand = this.guard.inHandOf(thread)
    const shown = this.guard.shown(thread)
    // Whoever talked to it reads what it had sent, then settles what it will never answer.
    this.#mournings.set(place, { waiting: new Set(this.#threads.keys()), loss: { maybe: 0, no: 0, messages: 0 } })
    for (const other of this.#threads.keys()) this.tell(other, { kind: 'threadDied', place, reason, hadLeft })
    for (const { reject } of thread.commands.values())
      reject(new ActorDead(label, hadLeft ? told : reason, { executed: 'maybe', cause: error }))
    thread.commands.clear()
    if (status.kind === 'leaving') status.gone.resolve()
    else if (status.kind === 'starting')
      status.up.reject(
        new StartError(`the thread of ${label} ended before it was up: ${told}`, {
          actor: label,
          phase: 'thread',
          cause: error,
        }),
      )
    else this.#listener.died(place, { reason, error, inHand, shown })
    for (const dead of [...this.#mournings.keys()]) this.#mourns(dead, place)
    thread.killed?.gone.resolve()
  }

  #mourned(place: Place, { place: dead, loss }: Extract<ToKernel, { readonly kind: 'mourned' }>): void {
    this.#accounts.closed(place, dead)
    const mourning = this.#mournings.get(dead)
    if (mourning === undefined) return
    const { maybe, no, messages } = mourning.loss
    mourning.loss = { maybe: maybe + loss.maybe, no: no + loss.no, messages: messages + loss.messages }
    this.#mourns(dead, place)
  }

  /** `place` has heard of the death of `dead`, or will hear of nothing any more. */
  #mourns(dead: Place, place: Place): void {
    const { waiting, loss } = this.#mournings.get(dead)!
    waiting.delete(place)
    if (waiting.size > 0) return
    this.#mournings.delete(dead)
    this.#listener.mourned(dead, loss)
  }
}
