import { Future, FutureShock, Task, tell } from 'tsworks'

/** What a client has to tell when it is done. */
export interface ClientReport {
  readonly period: number
  readonly calls: number
  readonly sum: number
  readonly perSecond: number
  /** How often it gave up waiting for the long work, and what came of it in the end. */
  readonly gaveUp: number
  readonly answer: number
}

const ROUNDS = 3
const CALLS = 1_000

export class Client extends Task {
  /** Between two rounds, in ms; a configuration file may set another. */
  period = 500

  readonly #worker = this.actor('worker')
  readonly #report = new Future<ClientReport>()
  #rounds = 0
  #sum = 0
  #seconds = 0

  override async onConfigure(): Promise<void> {
    await this.observe('worker')
  }

  override onStart(): void {
    this.every(this.period)
  }

  /** Answered when this client has done all that it has to do. */
  report(): Future<ClientReport> {
    return this.#report
  }

  workerDone(message: string): void {
    this.log.debug(`the worker says: ${message}`)
  }

  override async onTimeout(): Promise<void> {
    this.#callOften()
    if (++this.#rounds < ROUNDS) return
    this.every(0)
    const calls = ROUNDS * CALLS
    const perSecond = Math.round(calls / this.#seconds)
    this.#report.set({ period: this.period, calls, sum: this.#sum, perSecond, ...(await this.#haveLongWorkDone()) })
  }

  /** Transparent Futures: in arithmetic a Future waits for its value. It blocks, but only this client's own thread. */
  #callOften(): void {
    const began = performance.now()
    for (let n = 0; n < CALLS; n++) this.#sum += +this.#worker.hello(n, `hello from ${this.name}`)
    const seconds = (performance.now() - began) / 1_000
    this.#seconds += seconds
    this.log.info(`${CALLS} calls of hello, ${Math.round(CALLS / seconds)} a second`)
  }

  async #haveLongWorkDone(): Promise<Pick<ClientReport, 'gaveUp' | 'answer'>> {
    const answer = new Future<number>()
    tell(this.#worker).startLongWork(answer)
    try {
      return { gaveUp: 0, answer: await answer.within(2_000) }
    } catch (error) {
      if (!(error instanceof FutureShock)) throw error
      this.log.info('gave up, try a little longer')
      return { gaveUp: 1, answer: await answer.within(10_000) }
    }
  }
}
