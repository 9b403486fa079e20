/**
 * Which calls of other threads this one has begun and not answered, in shared memory: so that when it has died their callers know whether a
 * call was done, `maybe` or `no` (S11, S33).
 *
 *   ┌──────────┬──────────┬───────────────────────────┐
 *   │ UNMARKED │ (place + 1, id) (place + 1, id) … │        its own thread alone writes; others read when it is dead
 *   └──────────┴──────────┴───────────────────────────┘
 *
 * A call is marked before its handler runs, and unmarked when its answer has left. So one that is neither marked nor answered has not begun;
 * one that is marked though it had not quite begun, or was just answered, errs towards `maybe`, which is allowed. Where there is no room
 * (very many calls whose answers are owed at the same time), UNMARKED counts those without a mark, and every call is `maybe` while it is
 * not 0.
 *
 * Others read it only after the kernel has told them that the thread has ended, which orders all its writes before their reads.
 */

import type { Place } from '../wire/kernel-protocol.ts'

const UNMARKED = 0
const FIRST = 1
/** Calls that can be marked at the same time. */
const MOST_MARKED = 512

/** The mark of a call that found no room. */
const NO_ROOM = 0

export class BegunCalls {
  /** How many words of shared memory it needs; zeroes are a table in which nothing stands. */
  static readonly words = FIRST + 2 * MOST_MARKED

  readonly #words: Int32Array
  /** Owner: where there is room. */
  readonly #free: number[] = []
  #next = FIRST

  constructor(words: Int32Array) {
    this.#words = words
  }

  /** Owner: a call is about to begin. Gives the mark, for `unmark`. */
  mark(place: Place, id: number): number {
    const at = this.#free.pop() ?? (this.#next < BegunCalls.words ? (this.#next += 2) - 2 : NO_ROOM)
    if (at === NO_ROOM) this.#words[UNMARKED]!++
    else {
      this.#words[at + 1] = id
      Atomics.store(this.#words, at, place + 1)
    }
    return at
  }

  /** Owner: it was answered, or put back. */
  unmark(mark: number): void {
    if (mark === NO_ROOM) this.#words[UNMARKED]!--
    else {
      Atomics.store(this.#words, mark, 0)
      this.#free.push(mark)
    }
  }

  /** Others, once the owner is dead: says of each call of thread `place` whether it may have begun. */
  askedBy(place: Place): (id: number) => boolean {
    const words = this.#words
    if (words[UNMARKED] !== 0) return () => true
    const begun = new Set<number>()
    for (let at = FIRST; at < words.length; at += 2) if (words[at] === place + 1) begun.add(words[at + 1]!)
    return (id) => begun.has(id)
  }
}
