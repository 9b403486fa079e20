/**
 * Looking: a thread that has nothing to do looks at its bell for some microseconds before it sleeps, where that pays (S7, S20).
 *
 *    nothing to do ──▶ look, at most 30 µs ──rung──▶ go on: it has not slept, and whoever rang had nobody to wake
 *                             ╰──not rung──▶ sleep ──rung──▶ go on
 *
 * To wake a thread takes 10 to 60 µs of two threads. So a look pays where two of them talk in turns and each has a core; it does not where the
 * next ring is far away, and does harm where whoever is to ring cannot run because this one looks. Neither is known beforehand, and how
 * short the sleeps are does not tell: on a busy machine the other runs *because* this one sleeps. So it is tried. A wait lasts from
 * having nothing to do until it goes on; the ways to wait, with a look and without, are compared by how long the waits last,
 * and now and then the worse one has a short trial, the more rarely the longer it has been the worse one.
 *
 *    look × 16 ─▶ sleep × 8 ─▶ the better one × 128 ─▶ the other × 8 ─▶ the better one × 128, or 256, 512, 1,024 …
 *
 * On one core nobody looks, since nobody could ring meanwhile.
 */

import type { Bell } from './bell.ts'

/** How long a look is, at most, in ms. */
const LOOK_MS = 0.03
/** How often the bell is looked at between two looks at the clock: about a microsecond. */
const ROUNDS = 16
/** A wait that lasts longer counts as one of this length, in ms: no way to wait has made it so long. */
const LONGEST_MS = 0.15
/**
 * Looking must be better by this, in ms, and so many looks must be rung, since each takes the time of a core. No more: a thread that is rung as it falls
 * asleep finds that 3 µs later in its event loop, but whoever rang has posted it a message meanwhile, which costs that one as much.
 */
const MARGIN_MS = 0.001
const LEAST_RUNG = 0.4
/** How long waits last is the average of so many, the later ones counting more. */
const REMEMBERED = 64
/** So many waits are the first ones, a trial, and lie between two trials. */
const FIRST = 16
const TRIAL = 8
const BETWEEN = { least: 128, most: 2_048 } as const

type Way = 'look' | 'sleep'

export class Looking {
  readonly #now: () => number
  readonly #mayLook: boolean
  #better: Way = 'look'
  /** The way of the wait in hand: the better one, or the other for a trial. */
  #way: Way = 'look'
  /** How long a wait lasts each way, in ms, and of how many that is the average. */
  readonly #lasts: Record<Way, number> = { look: 0, sleep: LONGEST_MS }
  readonly #known: Record<Way, number> = { look: 0, sleep: 0 }
  /** How many of the looks are rung, of 1. */
  #rung = 1
  /** How many waits are left until that changes. */
  #left = FIRST
  #between: number = BETWEEN.least
  #since = 0

  /** `now` gives the time in ms. */
  constructor(cores: number, now: () => number) {
    this.#now = now
    this.#mayLook = cores > 1
  }

  /** A wait begins. Whether the bell, of which `seen` was the count, rings while this looks; it does not always look. */
  look(bell: Bell, seen: number): boolean {
    if (!this.#mayLook) return false
    this.#since = this.#now()
    if (this.#way === 'sleep') return false
    for (;;) {
      const isRung = bell.rings(seen, ROUNDS)
      const passed = this.#now() - this.#since
      if (isRung) this.#learn(passed, true)
      if (isRung || passed >= LOOK_MS) return isRung
    }
  }

  /** The wait in which this has looked in vain, or not at all, has been ended by a ring. */
  rung(): void {
    if (this.#mayLook) this.#learn(this.#now() - this.#since, false)
  }

  /** The wait has been ended by something of the thread itself, a socket or a timer: its look was in vain, and kept that waiting. */
  notRung(): void {
    if (this.#mayLook && this.#way === 'look') this.#learn(LONGEST_MS, false)
  }

  /** Lets the thread stand still until the bell rings, but no longer than `ms`: as Bell.block(), with a look before. */
  standStill(bell: Bell, seen: number, ms: number): void {
    let isOver = false
    const result = bell.block(seen, ms, () => (isOver = this.look(bell, seen)))
    if (!isOver && result === 'rung') this.rung()
  }

  #learn(lasted: number, byLook: boolean): void {
    const lasts = this.#lasts
    const known = (this.#known[this.#way] = Math.min(this.#known[this.#way] + 1, REMEMBERED))
    lasts[this.#way] += (Math.min(lasted, LONGEST_MS) - lasts[this.#way]) / known
    if (this.#way === 'look') this.#rung += (Number(byLook) - this.#rung) / known
    const isTrial = this.#way !== this.#better
    const looks = this.#rung >= LEAST_RUNG && lasts.look + MARGIN_MS < lasts.sleep
    this.#left--
    if (isTrial && this.#left === 0) {
      const way: Way = looks ? 'look' : 'sleep'
      this.#between = way === this.#better ? Math.min(2 * this.#between, BETWEEN.most) : BETWEEN.least
      this.#better = this.#way = way
      this.#left = this.#between
    } else if (!isTrial && (this.#left === 0 || (this.#way === 'look' && !looks && known >= TRIAL))) {
      this.#way = this.#way === 'look' ? 'sleep' : 'look'
      this.#known[this.#way] = 0
      this.#left = TRIAL
    }
  }
}
