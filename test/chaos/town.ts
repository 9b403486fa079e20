/**
 * The objects of a chaos run: a ring and a star on mixed placements. Each counts what it calls and what becomes of it, and looks at the order
 * in which messages of each sender arrive.
 */

import { threadId } from 'node:worker_threads'
import {
  call,
  State,
  subsystem,
  Task,
  task,
  tell,
  TsworksError,
  type Future,
  type UntypedRemote,
} from '../../src/index.ts'
import type { Order } from './plan.ts'

interface KnotEvents {
  heard(sender: string, n: number): void
}

/** What objects of one thread have seen; survives a restart in place, and dies with the thread. */
const seen = {
  made: 0,
  settled: 0,
  /** How calls ended: `value`, or the code of the error. */
  outcomes: {} as Record<string, number>,
  wrong: [] as string[],
}
export type Report = typeof seen

/** Incarnations in this thread, so that the numbers of one are not taken for those of the next. */
let incarnations = 0

/** What a call may end with under the faults of a run. */
const ALLOWED = new Set([
  'value',
  'chaos',
  'ACTOR_DEAD',
  'FUTURE_SHOCK',
  'ABORT_ERR',
  'DEADLOCK',
  'MAILBOX_FULL',
  'NOT_CLONEABLE',
])

/** Thrown on purpose. */
export class Chaos extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'Chaos' })
  }
}

export function codeOf(error: unknown): string {
  if (error instanceof TsworksError && error.code !== 'REMOTE_ERROR') return error.code
  return error instanceof Error && error.message.startsWith('chaos') ? 'chaos' : String(error)
}

export class Knot extends Task<KnotEvents> {
  static states = () => [Awake, Asleep] as const
  static interleave = ['report'] as const
  /** No two incarnations have the same, in whatever thread. */
  readonly #me = `${this.name}/${threadId}/${++incarnations}`
  /** The last number of each sender's messages to me. */
  readonly #last = new Map<string, number>()
  /** The last number of mine to each receiver. */
  readonly #sent = new Map<string, number>()
  throwsNext: string | undefined

  onInit() {
    this.become(Awake)
  }

  async onConfigure() {
    for (const name of observedBy(this.name)) void this.observe(name)
  }

  // ── What it is told to do ─────────────────────────────────────────────────────────────────────────────────────────────────

  async act(to: string, order: Order) {
    const other = this.#other(to)
    for (let n = 0; n < order.calls; n++)
      this.#count(this.#limited(other, order)['take']!(this.#me, this.#next(to), 'call'))
    for (let n = 0; n < order.tells; n++) {
      const number = this.#next(to)
      try {
        void tell(other)['take']!(this.#me, number, 'tell')
      } catch (error) {
        if (codeOf(error) !== 'MAILBOX_FULL') seen.wrong.push(`a tell threw ${String(error)}`)
      }
    }
    for (let n = 0; n < order.notifications; n++) this.notify.heard(this.name, n)
    if (order.change) void tell(other)['change']!()
    if (order.hops === 0) return
    const hop = this.#limited(this.#other(nextOf(this.name)), order)['hop']!(order.hops)
    this.#count(hop)
    try {
      await hop
    } catch (error) {
      if (!ALLOWED.has(codeOf(error))) throw error
    }
  }

  /** Goes round the ring, each waiting for the next. */
  async hop(left: number): Promise<number> {
    if (left === 0) return 0
    const next = this.#other(nextOf(this.name))['hop']!(left - 1)
    this.#count(next)
    return 1 + ((await next) as number)
  }

  take(sender: string, n: number, kind: string) {
    const last = this.#last.get(sender) ?? -1
    if (n <= last) seen.wrong.push(`${this.name} got number ${n} of ${sender} (${kind}) after ${last}`)
    this.#last.set(sender, n)
    return n
  }

  heard(_sender: string, _n: number) {
    const text = this.throwsNext
    this.throwsNext = undefined
    if (text !== undefined) throw new Chaos(text)
  }

  report(): Report {
    return seen
  }

  // ── Faults ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** F2: in a tell, a timer, the end of a State, an observer's method. */
  throws(variant: number) {
    if (variant === 0) throw new Chaos('chaos in a tell')
    if (variant === 1)
      this.timer('chaos', 0, () => {
        throw new Chaos('chaos in a timer')
      })
    else if (variant === 2) this.become(Falling)
    else this.throwsNext = 'chaos in an observer'
  }

  /** F9. */
  strays(variant: number) {
    if (variant % 2 === 0)
      setImmediate(() => {
        throw new Chaos('chaos in a callback')
      })
    else void Promise.reject(new Chaos('chaos in a promise'))
  }

  exits(variant: number) {
    process.exit(variant)
  }

  /** F7 */
  exhausts() {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 1_000 }, (_, n) => ({ n })))
  }

  /** F8 */
  spins(variant: number) {
    if (variant % 2 === 0) for (;;);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }

  /** F10 */
  badArgument(to: string) {
    try {
      this.#count(this.#other(to)['take']!(new WeakMap(), 0, 'call'))
    } catch (error) {
      seen.wrong.push(`a call threw ${String(error)}`)
    }
  }

  /** F12 */
  flood(to: string) {
    for (let n = 0; n < 20_000; n++)
      try {
        void tell(this.#other(to))['swallow']!(n)
      } catch (error) {
        if (codeOf(error) !== 'MAILBOX_FULL') seen.wrong.push(`a tell threw ${String(error)}`)
      }
  }

  swallow(n: number) {
    return n
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #other(name: string): UntypedRemote {
    return this.actor(name)
  }

  #limited(remote: UntypedRemote, { timeout }: Order): UntypedRemote {
    return timeout === 0 ? remote : call(remote, { timeout })
  }

  #next(to: string): number {
    const n = (this.#sent.get(to) ?? -1) + 1
    this.#sent.set(to, n)
    return n
  }

  /** Every call settles, once, with what it may settle with. */
  #count(future: Future<unknown>) {
    seen.made++
    let times = 0
    const settled = (outcome: string): void => {
      seen.settled++
      seen.outcomes[outcome] = (seen.outcomes[outcome] ?? 0) + 1
      if (++times > 1) seen.wrong.push(`a call of ${this.name} settled twice`)
      if (!ALLOWED.has(outcome)) seen.wrong.push(`a call of ${this.name} ended with ${outcome}`)
    }
    void future.then(
      () => settled('value'),
      (error: unknown) => settled(codeOf(error)),
    )
  }
}

class Awake extends State<Knot> {
  change() {
    this.become(Asleep)
  }
}
class Asleep extends State<Knot> {
  onEnter() {
    this.setTimeout(5)
  }
  onTimeout() {
    this.become(Awake)
  }
  change() {
    return this.postpone()
  }
}
/** Throws on the way in, and on the way out. */
class Falling extends State<Knot> {
  onEnter() {
    this.setTimeout(1)
    throw new Chaos('chaos in onEnter')
  }
  onLeave() {
    throw new Chaos('chaos in onLeave')
  }
  onTimeout() {
    this.become(Awake)
  }
  change() {
    this.become(Awake)
  }
}

// ── Who is there ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const RING = [
  ...Array.from({ length: 5 }, (_, n) => `own#${n}`),
  ...Array.from({ length: 5 }, (_, n) => `shared#${n}`),
]
const LEAVES = [
  ...Array.from({ length: 5 }, (_, n) => `leaf#${n}`),
  ...Array.from({ length: 4 }, (_, n) => `main#${n}`),
]
export const CAST = { all: [...RING, 'hub', ...LEAVES], mortal: [...RING, 'hub', ...LEAVES.slice(0, 5)] }

/** The next in the ring; for the others, the hub, and for the hub the ring. */
export function nextOf(name: string): string {
  const at = RING.indexOf(name)
  if (at >= 0) return RING[(at + 1) % RING.length]!
  return name === 'hub' ? RING[0]! : 'hub'
}

/** Whom an object observes: those of the ring the one before it, the leaves the hub. */
function observedBy(name: string): string[] {
  const at = RING.indexOf(name)
  if (at >= 0) return [RING[(at + RING.length - 1) % RING.length]!]
  return name === 'hub' ? [] : ['hub']
}

const mortal = {
  // Far more than a busy machine keeps a thread waiting.
  maxHandlerTime: 2_000,
  resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  mailbox: { capacity: 5_000, overflow: 'reject' },
} as const

export const town = subsystem(
  import.meta.url,
  {
    own: task(Knot, { ...mortal, count: 5, thread: 'own' }),
    shared: task(Knot, { ...mortal, count: 5, thread: { group: 'ring', threads: 2 } }),
    hub: task(Knot, { ...mortal, mailbox: { capacity: 500, overflow: 'drop-newest' } }),
    leaf: task(Knot, {
      ...mortal,
      count: 5,
      thread: { group: 'star', threads: 1 },
      mailbox: { capacity: 500, overflow: 'drop-oldest' },
    }),
    main: task(Knot, { count: 4, thread: 'main' }),
  },
  // What a run injects shall not be too much for it.
  { budget: { restarts: 1_000_000, within: 60_000 } },
)
