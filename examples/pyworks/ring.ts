import { Future, Task, tell } from 'tsworks'

/** One of a ring, in which each has a thread of its own and passes a counter to the next one. */
export class RingTask extends Task {
  readonly #ring = this.actors('ring')
  readonly #next = this.#ring[(this.index + 1) % this.#ring.length]!
  #back: Future<void> | undefined

  /** Has the counter passed round the ring; answered when it is back for the last time. */
  run(rounds: number): Future<void> {
    this.#back = new Future()
    this.pass(rounds * this.#ring.length)
    return this.#back
  }

  pass(hopsLeft: number): void {
    if (hopsLeft > 0) tell(this.#next).pass(hopsLeft - 1)
    else this.#back?.set()
  }
}
