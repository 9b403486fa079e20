import { type Future, Task } from 'tsworks'

export interface WorkerEvents {
  workerDone(message: string): void
} // output methods

export class Worker extends Task<WorkerEvents> {
  math = this.actor('math') // a Proxy, typed by the Registry
  #answer: Future<number> | undefined

  onStart() {
    this.every(1_000)
  } // the periodic timeout; 5 s by default

  async hello(n: number, text: string) {
    this.log.info({ text }, 'hello')
    return n
  }

  async viaMath(n: number) {
    return await this.math.factorial(n)
  }

  startLongWork(answer: Future<number>) {
    this.#answer = answer
  } // answered later: this.#answer.set(42)

  onTimeout() {
    this.#answer?.set(42)
    this.#answer = undefined
    this.notify.workerDone('good work')
  }
}
