import { Future, FutureShock, Task, tell } from 'tsworks'

export class Client extends Task {
  readonly #heard = new Set<string>()
  readonly #report = new Future<string>()

  onConfigure() {
    this.observe('worker')
  } // compile error unless this has workerDone(message: string)

  workerDone(message: string) {
    this.#heard.add(message)
    this.log.info({ message }, 'done')
  }

  async onTimeout() {
    const answer = new Future<number>()
    tell(this.actor('worker')).startLongWork(answer) // one way, no answer awaited
    try {
      this.log.info(await answer.within(2_000))
    } catch (e) {
      if (e instanceof FutureShock) {
        /* later */
      }
    }
    const sum = +this.actor('worker').hello(1, 'x') + 2 // PyWorks' transparent Future: blocks, own thread only
    if (this.#heard.size > 0 && !this.#report.isReady)
      this.#report.set(`${await answer}, ${sum}, ${[...this.#heard].join()}`)
  }

  /** Settles when the long work is done and the worker has told of it. */
  report(): Future<string> {
    return this.#report
  }
}
