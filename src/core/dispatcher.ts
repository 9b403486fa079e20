/**
 * Whose turn is it? The run queue of one thread (S7).
 *
 * An object takes at most `BATCH` messages in a row, then goes to the end of the queue; all of them together take no more than the time
 * that `isOver` leaves them, before the thread's event loop gets its turn. So a flood starves neither neighbours nor timers and I/O.
 */

import type { Cell } from './cell.ts'

/** Messages that one object takes in a row. */
const BATCH = 64

export class Dispatcher {
  /** In the order of their turns, from `#next` on. */
  #ready: Cell[] = []
  #next = 0

  /** Puts a cell into the queue, once. */
  add(cell: Cell): void {
    if (cell.isQueued) return
    cell.isQueued = true
    this.#ready.push(cell)
  }

  get isIdle(): boolean {
    return this.#next === this.#ready.length
  }

  /**
   * Runs what is ready until nothing is, or so many objects have had their turn, or `isOver()`, which is asked after each message; true in the last
   * case.
   */
  turn(isOver: () => boolean, mostBatches = Infinity): boolean {
    for (let batches = 0; batches < mostBatches && !this.isIdle; batches++) {
      const isTimeOver = this.#runBatch(this.#ready[this.#next++]!, isOver)
      this.#letGo()
      if (isTimeOver) return true
    }
    return false
  }

  /** Of those that have had their turn; each cell is moved once at most for each that was taken. */
  #letGo(): void {
    if (this.#next === this.#ready.length) this.#ready = []
    else if (this.#next >= 1_024 && this.#next * 2 >= this.#ready.length) this.#ready = this.#ready.slice(this.#next)
    else return
    this.#next = 0
  }

  /** Runs one object's messages; true if the time is over. */
  #runBatch(cell: Cell, isOver: () => boolean): boolean {
    // First: what its own handlers send to it puts it back in, at the end.
    cell.isQueued = false
    let over = false
    for (let n = 1; ; n++) {
      const goesOn = cell.step()
      over = isOver()
      if (goesOn && !over && n < BATCH) continue
      if (goesOn) this.add(cell)
      break
    }
    cell.rests()
    return over
  }
}
