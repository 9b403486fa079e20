/**
 * Bounded mailboxes, seen from the sender (S8): room is taken before a message leaves, so memory is bounded also when the receiver is
 * stuck.
 *
 *   sender                          shared counter of the object          receiver
 *   enter(): add 1 ───────────────▶ ┌───┐                ◀── subtract 1 ── the message is begun, refused or taken back
 *     was it below the capacity?    │ n │
 *     no: subtract again            └───┘
 *       reject: MailboxFull
 *       wait:   wanted ──────────────────────────────────────────────────▶ as soon as there is room:
 *               try again, in order ◀──────────────────────────── `room` ── tell who waits
 *
 * Invariant: the counter is the number of messages that have entered and are not begun, on the road or in the mailbox, postponed ones
 * included; never above the capacity but for senders that are between their add and their subtract. Each of those subtracts what it
 * added, and asks for room *after* that; the receiver, asked, looks at the counter: so a wish for room is never lost.
 */

import { MailboxFull } from '../core/errors.ts'
import type { Bound } from '../core/mailbox.ts'
import type { Location, Place } from '../wire/kernel-protocol.ts'
import { Fifo } from '../wire/fifo.ts'

/** A message that has been written and waits for room. */
export interface WaitingSend {
  /** The name of the method. */
  readonly method: string
  /** Sends it; room has been taken. */
  go(): void
  fail(error: unknown): void
  /** Nobody waits for it any more: it is not sent. */
  isStale(): boolean
}

export interface RoomsOptions {
  /** The counters of the objects of a thread; undefined until this thread has been introduced to it. */
  readonly countersOf: (place: Place) => Int32Array | undefined
  /** Sees that this thread is introduced to that one; `introduced(place)` follows. */
  readonly introduce: (place: Place) => void
  /** Asks the receiver to say when there is room. */
  readonly want: (place: Place, pid: number) => void
}

interface Line {
  readonly location: Location
  readonly bound: Bound
  readonly waiting: Fifo<WaitingSend>
}

export class Rooms {
  readonly #options: RoomsOptions
  /** Who stands in line for which object. */
  readonly #lines = new Map<number, Line>()

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  /**
   * Takes room for one message: `entered`. Otherwise the caller makes a WaitingSend and calls `wait`, or the mailbox is full: `full`.
   */
  enter(location: Location, bound: Bound): 'entered' | 'wait' | 'full' {
    const line = this.#lines.get(location.pid)
    const counters = this.#options.countersOf(location.place)
    // Nobody overtakes those who stand in line (S2). The line is as long as the mailbox, and as both while only the line is known.
    const longest = counters === undefined && bound.overflow === 'wait' ? 2 * bound.capacity : bound.capacity
    if (line !== undefined) return line.waiting.size < longest ? 'wait' : 'full'
    if (counters === undefined) return 'wait'
    if (tryEnter(counters, bound)) return 'entered'
    return bound.overflow === 'wait' ? 'wait' : 'full'
  }

  /** Whether no message finds room there, as far as this thread can see. */
  isFull({ place }: { readonly place: Place }, { slot, capacity }: Bound): boolean {
    const counters = this.#options.countersOf(place)
    return counters !== undefined && Atomics.load(counters, slot) >= capacity
  }

  /** Gives back the room of a message that was not sent after all. */
  leave({ place }: Location, { slot }: Bound): void {
    const counters = this.#options.countersOf(place)
    if (counters !== undefined) Atomics.sub(counters, slot, 1)
  }

  /** Puts a message into the line of its receiver. */
  wait(location: Location, bound: Bound, send: WaitingSend): void {
    const line = this.#lines.get(location.pid)
    if (line !== undefined) return line.waiting.push(send)
    const waiting = new Fifo<WaitingSend>()
    waiting.push(send)
    this.#lines.set(location.pid, { location, bound, waiting })
    if (this.#options.countersOf(location.place) === undefined) this.#options.introduce(location.place)
    else this.#options.want(location.place, location.pid)
  }

  /** There is room, or there may be. */
  room(pid: number): void {
    const line = this.#lines.get(pid)
    if (line === undefined) return
    const { location, bound, waiting } = line
    const counters = this.#options.countersOf(location.place)
    if (counters === undefined) return
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      if (!next.isStale()) {
        if (!tryEnter(counters, bound)) {
          if (bound.overflow === 'wait') return this.#options.want(location.place, pid)
          // It stood in line only because the two threads did not know each other yet.
          next.fail(fullError(location, bound, next.method))
        } else next.go()
      }
      waiting.take()
    }
    this.#lines.delete(pid)
  }

  /** This thread now knows the counters of that one. */
  introduced(place: Place): void {
    for (const [pid, line] of [...this.#lines]) if (line.location.place === place) this.room(pid)
  }

  /** That thread is dead: nothing that stands in line for it is sent. */
  placeDied(place: Place, errorOf: (name: string, method: string) => unknown): void {
    for (const [pid, { location, waiting }] of [...this.#lines]) {
      if (location.place !== place) continue
      this.#lines.delete(pid)
      for (let next = waiting.take(); next !== undefined; next = waiting.take())
        next.fail(errorOf(location.name, next.method))
    }
  }
}

/** The error for a message that finds no room. */
export function fullError(
  { name }: { readonly name: string },
  { capacity, overflow }: Bound,
  method: string,
): MailboxFull {
  return new MailboxFull(name, { method, capacity, overflow })
}

function tryEnter(counters: Int32Array, { slot, capacity }: Bound): boolean {
  if (Atomics.add(counters, slot, 1) < capacity) return true
  Atomics.sub(counters, slot, 1)
  return false
}

/** The receiver's end of one bounded mailbox. */
export class BoundedBox {
  readonly #counters: Int32Array
  readonly #bound: Bound
  readonly #tell: (place: Place) => void
  readonly #wanted = new Set<Place>()

  constructor(counters: Int32Array, bound: Bound, tell: (place: Place) => void) {
    this.#counters = counters
    this.#bound = bound
    this.#tell = tell
  }

  /** A message has left the mailbox for good. */
  left(): void {
    const before = Atomics.sub(this.#counters, this.#bound.slot, 1)
    if (this.#wanted.size > 0 && before <= this.#bound.capacity) this.#tellAll()
  }

  /** A message that had left is back: it was postponed. */
  back(): void {
    Atomics.add(this.#counters, this.#bound.slot, 1)
  }

  /** Senders of that thread wait for room. */
  wanted(place: Place): void {
    this.#wanted.add(place)
    if (Atomics.load(this.#counters, this.#bound.slot) < this.#bound.capacity) this.#tellAll()
  }

  #tellAll(): void {
    const places = [...this.#wanted]
    this.#wanted.clear()
    for (const place of places) this.#tell(place)
  }
}
