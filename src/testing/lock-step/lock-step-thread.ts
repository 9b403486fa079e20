/**
 * LockStepThread: the real thread behind a simulated one, for Tasks that block in `get()`. To the scheduler it is a simulated thread like
 * any other: its turns, news and timers are steps, but they run in a Worker, while this thread stands still.
 *
 *   SimulatedThread ──a turn, news, a timer──▶ grant ══▶ Worker: the host and the objects
 *          ▲  plan, reports, timers, links ◀── served ◀══ told, asked
 *          ╰── stands still ◀── blocked ◀══════════════╯       ╰══▶ looks again when something has come, or its time is over
 *
 * Only code that has waited for something outside runs at the same time as this thread; what it tells is served in the event loop.
 */

import { url as inspectorUrl } from 'node:inspector'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import type { ClockTimer } from '../../core/clock.ts'
import { shownMs } from '../../core/duration.ts'
import { TsworksError } from '../../core/errors.ts'
import type { TurnLoop } from '../../threads/engine.ts'
import { realClock } from '../../threads/real-clock.ts'
import { BOOT_KEY, exitOf, type ThreadExit } from '../../threads/thread-maker.ts'
import type { ThreadBoot, ToThread } from '../../wire/kernel-protocol.ts'
import { openLink, type LinkHalf } from '../../wire/link-pair.ts'
import type { Link } from '../../wire/link.ts'
import { movesIn } from '../../wire/movables.ts'
import type { SimulatedThread } from '../simulated-thread.ts'
import type { Step, Stepper, World } from '../world.ts'
import { farRecord } from './far-link.ts'
import { TraceOfFar } from './far-trace.ts'
import {
  FOR_SIMULATION,
  FOR_THREAD,
  LOCK_STEP_KEY,
  type Answer,
  type Asked,
  type FarNews,
  type FarRecord,
  type Grant,
  type LockStepBoot,
  type Told,
  type ToSimulation,
} from './protocol.ts'
import { LOCK_STEP_ENTRY } from './worker.ts'

export interface LockStepThreadOptions {
  readonly world: World
  readonly thread: SimulatedThread
  readonly boot: Omit<ThreadBoot, 'port'>
  /** It is about to be over, since it leaves or has ended by itself. */
  readonly onOver: () => void
}

/** How often it is looked whether a thread that does not answer is still alive, in real ms. */
const LOOK_MS = 500

/** How long one step may take, in real ms: the test can do nothing else meanwhile, so no timeout of its runner could end it. */
const LONGEST_STEP_MS = 60_000

export class LockStepThread implements Stepper {
  readonly label: string
  readonly ownSteps: readonly Step[] = []
  readonly otherSteps: readonly Step[]
  readonly #world: World
  readonly #thread: SimulatedThread
  readonly #onOver: () => void
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #signals = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
  readonly #time = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT))
  readonly #trace: TraceOfFar
  readonly #loop: TurnLoop
  readonly #timers = new Map<number, ClockTimer>()
  /** The halves that wait to be opened, and the ends that have been, by number. */
  readonly #halves = new Map<number, LinkHalf>()
  readonly #links = new Map<number, Link>()
  #lastLink = 0
  /** Until when its blocking wait is, in virtual ms; undefined while it stands in none. */
  #standsUntil: number | undefined
  /** Something may have come since it has looked last. */
  #hasCome = false
  /** It was ended, or has ended: it takes no step any more. */
  #isGone = false
  #isLeaving = false
  /** Ends the load that is under way there; undefined while there is none. */
  #endLoad: (() => void) | undefined
  readonly #up = Promise.withResolvers<void>()
  readonly #exited = Promise.withResolvers<void>()

  constructor({ world, thread, boot, onOver }: LockStepThreadOptions) {
    this.#world = world
    this.#thread = thread
    this.#onOver = onOver
    this.label = `${thread.label}, blocked`
    this.#trace = new TraceOfFar((event) => thread.engine.trace?.(event))
    this.#loop = thread.engine.loop(() => {
      this.#grant({ kind: 'turn' })
      // If there is more, it has planned the next one itself.
      return false
    })
    this.otherSteps = [{ what: `${thread.label} looks again`, isReady: () => this.#mayLook, run: () => this.#look() }]
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = this.#start(boot, port2)
    world.add(this)
  }

  get nextDue(): number {
    return this.#standsUntil ?? Infinity
  }

  /** The simulation is over. One that leaves goes on until what it has printed is out. */
  close(): void {
    this.#world.remove(this)
    if (!this.#isLeaving) this.terminate()
  }

  /** Ends it wherever it stands. */
  terminate(): void {
    this.#stop()
    void this.#worker.terminate()
  }

  #start(boot: Omit<ThreadBoot, 'port'>, port: MessagePort): Worker {
    const lockStep: LockStepBoot = {
      signals: this.#signals.buffer,
      time: this.#time.buffer,
    }
    const worker = new Worker(LOCK_STEP_ENTRY, {
      name: boot.label,
      workerData: { [BOOT_KEY]: { ...boot, role: 'lock-step', port }, [LOCK_STEP_KEY]: lockStep },
      transferList: [port],
    })
    // A test that does not stop its simulation ends all the same.
    worker.unref()
    this.#port.on('message', (message: ToSimulation) => void this.#handle(message, true))
    this.#port.unref()
    let thrown: { readonly error: unknown } | undefined
    worker.on('error', (error: unknown) => (thrown = { error }))
    worker.on('exit', (code) => {
      this.#exited.resolve()
      this.#ended(exitOf(code, thrown))
    })
    void this.#world
      .loading(Promise.race([this.#up.promise, this.#exited.promise]), `the thread of ${boot.label}`)
      .then(() => this.#thread.boots(() => this.#grant({ kind: 'begin' })))
    return worker
  }

  #ended(exit: ThreadExit): void {
    // What it had told before it ended is still on the port.
    for (let rest = receiveMessageOnPort(this.#port); rest !== undefined; rest = receiveMessageOnPort(this.#port))
      this.#handle(rest.message as ToSimulation, true)
    this.#stop()
    this.#world.remove(this)
    this.#port.close()
    this.#over(exit)
  }

  #over(exit: ThreadExit): void {
    this.#onOver()
    this.#closeLinks()
    this.#thread.end(exit)
  }

  #stop(): void {
    this.#goOn()
    this.#loads(undefined)
    this.#isGone = true
    this.#closeLinks()
  }

  #closeLinks(): void {
    for (const link of this.#links.values()) link.close()
  }

  // ── One side runs at a time ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Lets it take a step; returns when it has, or stands still, or is gone. Throws what came out of the step. */
  #grant(grant: Grant): void {
    if (this.#isGone) return
    this.#post(grant)
    const until = realClock.now() + LONGEST_STEP_MS
    while (!this.#isGone) {
      // The count comes first: a message that is posted after it makes the wait return at once.
      const seen = Atomics.load(this.#signals, FOR_SIMULATION)
      const received = receiveMessageOnPort(this.#port)
      if (received !== undefined) {
        if (this.#handle(received.message as ToSimulation, false)) return
      } else if (Atomics.wait(this.#signals, FOR_SIMULATION, seen, LOOK_MS) === 'timed-out') {
        if (!this.#isAlive) return this.#gone()
        // Who looks at it with a debugger has time.
        if (realClock.now() >= until && inspectorUrl() === undefined) this.#stuck()
      }
    }
  }

  #stuck(): never {
    this.terminate()
    this.#gone()
    throw new TsworksError(
      `${this.#thread.label} has not ended a step within ${shownMs(LONGEST_STEP_MS)} of real time, and its thread was ended: is there a loop without end in it, ` +
        `or does it wait for another thread by Atomics.wait? (seed ${this.#world.seed}, after ${shownMs(this.#world.time.now)} of virtual time)`,
      { code: 'STALLED' },
    )
  }

  /**
   * Node says so by the time that its event loop has slept: -1 for one that has ended, also while the event loop of this thread stands still,
   * if it was asked once while that one lived.
   */
  get #isAlive(): boolean {
    return this.#worker.performance.eventLoopUtilization().idle >= 0
  }

  #post(message: Grant | Answer): void {
    this.#time[0] = this.#world.time.now
    const record = message.kind === 'answer' ? (message.value as Partial<FarRecord> | undefined) : undefined
    this.#port.postMessage(message, [...movesIn(record?.attachments ?? [])])
    Atomics.add(this.#signals, FOR_THREAD, 1)
    Atomics.notify(this.#signals, FOR_THREAD)
  }

  /** Serves a message; true if it gives control back. One that was ended reaches nobody, though some of it may still be on the port. */
  #handle(message: ToSimulation, isOutside: boolean): boolean {
    if (this.#isGone) return true
    switch (message.kind) {
      case 'up':
        // Asked once while it lives: see #isAlive.
        this.#worker.performance.eventLoopUtilization()
        this.#up.resolve()
        return false
      case 'done':
        if (message.error !== undefined) throw message.error.error
        return true
      case 'blocked':
        this.#stands(message.ms, message.isOutside || this.#hasCome)
        return true
      case 'gone':
        this.#gone()
        return true
      case 'asked':
        this.#post({ kind: 'answer', value: this.#answerTo(message.asked) })
        return false
      case 'told':
        this.#told(message.told)
        if (isOutside) this.#world.touch()
        return false
      default:
        throw new TypeError(`unknown message: ${JSON.stringify(message satisfies never)}`)
    }
  }

  /** It ends by itself; what its exit says is awaited. */
  #gone(): void {
    this.#stop()
    void this.#world.loading(this.#exited.promise, `the end of the thread of ${this.#thread.label}`)
  }

  /** It reads files in real time, and takes no step meanwhile. */
  #loads(what: string | undefined): void {
    if (this.#endLoad !== undefined) this.#world.unblock(this.#thread)
    this.#endLoad?.()
    this.#endLoad = undefined
    if (what === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#endLoad = resolve
    this.#world.block(this.#thread)
    void this.#world.loading(promise, what)
  }

  // ── Blocking ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #mayLook(): boolean {
    if (this.#standsUntil === undefined) return false
    return this.#hasCome || this.#thread.hasNews || this.#world.time.now >= this.#standsUntil
  }

  #stands(ms: number, hasCome: boolean): void {
    this.#standsUntil = this.#world.time.now + ms
    this.#hasCome = hasCome
    this.#world.block(this.#thread)
    this.#world.touch()
  }

  #look(): void {
    this.#goOn()
    this.#hasCome = false
    this.#grant({ kind: 'look' })
  }

  #goOn(): void {
    if (this.#standsUntil === undefined) return
    this.#standsUntil = undefined
    this.#world.unblock(this.#thread)
  }

  // ── What its engine, port and links are asked for ──────────────────────────────────────────────────────────────────────────

  #told(message: Told): void {
    const { clock, port } = this.#thread
    switch (message.kind) {
      case 'plan':
        return this.#loop.plan()
      case 'endLoop':
        return this.#loop.end()
      case 'listen':
        return port.listen((news) => this.#grant({ kind: 'news', message: this.#far(news) }))
      case 'closePort':
        return port.close()
      case 'loading':
        return this.#loads(message.what)
      case 'report':
        return port.post(message.message)
      case 'leave':
        // What it has printed is still to be taken over by this thread; it ends by itself then.
        this.#isLeaving = true
        this.#worker.ref()
        return this.#over({ reason: 'its thread exited with code 0', error: undefined, isClean: true })
      case 'after': {
        const { timer, ms } = message
        const fire = (): void => {
          this.#timers.delete(timer)
          this.#grant({ kind: 'timer', timer })
        }
        return void this.#timers.set(timer, clock.after(ms, fire))
      }
      case 'cancel':
        this.#timers.get(message.timer)?.cancel()
        return void this.#timers.delete(message.timer)
      case 'openLink':
        return this.#open(message.link)
      case 'send': {
        const { lane, bytes, attachments } = message.record
        return this.#links.get(message.link)!.send(lane, { bytes, attachments, transfer: movesIn(attachments) })
      }
      case 'handOver':
        return this.#links.get(message.link)!.handOver()
      case 'closeLink':
        return this.#links.get(message.link)!.close()
      case 'trace':
        return this.#trace.hear(message.event)
      default:
        throw new TypeError(`unknown message: ${JSON.stringify(message satisfies never)}`)
    }
  }

  #answerTo(question: Asked): unknown {
    switch (question.kind) {
      case 'receive': {
        const news = this.#thread.port.receive()
        return news && this.#far(news)
      }
      case 'isTurnOver':
        return this.#thread.engine.limitTurn()()
      case 'dropped':
        return this.#links.get(question.link)!.dropped
      case 'read': {
        const link = this.#links.get(question.link)!
        let record: FarRecord | undefined
        const receive = (lane: FarRecord['lane'], got: Parameters<typeof farRecord>[1]): void => {
          record = farRecord(lane, got)
        }
        if (question.only === 'answers') link.readAnswers(receive, 1)
        else link.read(receive, 1)
        return record
      }
      default:
        throw new TypeError(`unknown question: ${JSON.stringify(question satisfies never)}`)
    }
  }

  #far(news: ToThread): FarNews {
    if (news.kind !== 'introduced') return news
    const { half, ...rest } = news
    const link = ++this.#lastLink
    this.#halves.set(link, half)
    return { ...rest, link }
  }

  #open(link: number): void {
    const half = this.#halves.get(link)!
    this.#halves.delete(link)
    const onReadable = (): void => {
      this.#hasCome = true
      this.#loop.plan()
    }
    // Whoever sends rings nobody here: onReadable is called at once.
    this.#links.set(link, openLink(half, { onReadable, ringPeer: () => {} }))
  }
}
