import { type Future, Task } from 'tsworks'

/** What a worker tells those who observe it. */
export interface WorkerEvents {
  workerDone(message: string): void
}

interface Job {
  readonly answer: Future<number>
  timeoutsLeft: number
}

export class Worker extends Task<WorkerEvents> {
  #jobs: Job[] = []

  override onStart(): void {
    this.every(1_000)
  }

  hello(n: number, _text: string): number {
    return n
  }

  /** Answered later, five timeouts from now; the worker does other things meanwhile. */
  startLongWork(answer: Future<number>): void {
    this.#jobs.push({ answer, timeoutsLeft: 5 })
  }

  override onTimeout(): void {
    for (const job of this.#jobs) if (--job.timeoutsLeft === 0) job.answer.set(42)
    this.#jobs = this.#jobs.filter((job) => job.timeoutsLeft > 0)
    this.notify.workerDone('good work')
  }
}
