/**
 * Things that are looked at once they have stood for a while: most never do, so standing costs next to nothing, and there is one timer
 * for all, which runs only while anything stands.
 */

import type { Clock, ClockTimer } from '../core/clock.ts'

/** A thing that can stand here; its fields are written here only. */
export interface Aged {
  /** When it is looked at; undefined while it does not stand here. */
  due: number | undefined
  older: Aged | undefined
  younger: Aged | undefined
}

export class Ageing<T extends Aged> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #look: (thing: T) => void
  /** All stand equally long, so the oldest is due first. They know their neighbours: each awaited call stands here for a moment. */
  #oldest: Aged | undefined
  #youngest: Aged | undefined
  #timer: ClockTimer | undefined

  /** `look` is called with a thing that has stood for `ms`, and that does not stand here any more then. */
  constructor(clock: Clock, ms: number, look: (thing: T) => void) {
    this.#clock = clock
    this.#ms = ms
    this.#look = look
  }

  add(thing: T, now = this.#clock.now()): void {
    thing.due = now + this.#ms
    thing.older = this.#youngest
    if (this.#youngest === undefined) this.#oldest = thing
    else this.#youngest.younger = thing
    this.#youngest = thing
    this.#timer ??= this.#clock.after(this.#ms, this.#fired)
  }

  /** Harmless for one that does not stand here. */
  delete(thing: T): void {
    if (thing.due === undefined) return
    const { older, younger } = thing
    if (older === undefined) this.#oldest = younger
    else older.younger = younger
    if (younger === undefined) this.#youngest = older
    else younger.older = older
    thing.due = undefined
    thing.older = undefined
    thing.younger = undefined
  }

  /** Looks at what is due; gives how long it is until the next one is, in ms; Infinity where nothing stands. */
  look(): number {
    const now = this.#clock.now()
    while (this.#oldest?.due !== undefined) {
      if (this.#oldest.due > now) return this.#oldest.due - now
      const thing = this.#oldest as T
      this.delete(thing)
      this.#look(thing)
    }
    return Infinity
  }

  close(): void {
    this.#timer?.cancel()
  }

  readonly #fired = (): void => {
    const next = this.look()
    this.#timer = next === Infinity ? undefined : this.#clock.after(next, this.#fired)
  }
}
