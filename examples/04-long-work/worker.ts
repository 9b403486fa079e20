import { type Future, Task } from 'tsworks'

export class Worker extends Task {
  #stopped = 0

  /** Answered later: by then the call that brought the Future has long been answered itself. */
  startLongWork(answer: Future<number>): void {
    this.timer('long work', 1_500, () => answer.set(42))
  }

  /** Works until it is done, or its caller wants it no longer. Says when it begins, to a caller who likes to know. */
  async countTo(n: number, begins?: Future<void>): Promise<number> {
    begins?.set()
    for (let i = 0; i < n; i++) {
      if (this.signal.aborted) {
        this.#stopped++
        return i
      }
      await this.pause(10)
    }
    return n
  }

  timesStopped(): number {
    return this.#stopped
  }
}
