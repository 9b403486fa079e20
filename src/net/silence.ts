/**
 * How long nothing has come over a connection.
 *
 *   a byte ─▶ from now: idleTimeout ─▶ told of (1) ─▶ again idleTimeout ─▶ … told of (idleLimit): the peer is taken for gone
 *
 * One timer, which is set anew when it fires and not with each byte.
 */

import { setImmediate } from 'node:timers'
import type { Clock, ClockTimer } from '../core/clock.ts'

export interface Listener {
  /** Whether the peer is not read of, for reasons of our own. */
  isHeld(): boolean
  /** Nothing has come for one more such stretch, the one of that number. */
  silent(stretches: number): void
}

export class Silence {
  readonly #clock: Clock
  readonly #ms: number
  readonly #listener: Listener
  #last: number
  #stretches = 0
  #timer: ClockTimer | undefined
  #isOver = false

  /** `ms` 0: it is not looked at. */
  constructor(clock: Clock, ms: number, listener: Listener) {
    this.#clock = clock
    this.#ms = ms
    this.#listener = listener
    this.#last = clock.now()
    if (ms > 0) this.#set(ms)
  }

  /** Something has come. */
  broken(): void {
    if (this.#ms === 0) return
    this.#last = this.#clock.now()
    this.#stretches = 0
  }

  end(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  #set(ms: number): void {
    // Where this thread was held meanwhile, what has come is read first: in the same round of its event loop, behind the timers.
    this.#timer = this.#clock.after(ms, () => void setImmediate(() => this.#look()))
  }

  #look(): void {
    if (this.#isOver) return
    if (this.#listener.isHeld()) this.broken()
    const left = this.#last + this.#ms - this.#clock.now()
    if (left > 0) return this.#set(left)
    this.#last = this.#clock.now()
    this.#set(this.#ms)
    this.#listener.silent(++this.#stretches)
  }
}
