import { Future, State, Task } from 'tsworks'
import type { WorkerEvents } from './worker.ts'

const CHANGES = 4

/** InitialState ─timeout─▶ TimeoutState ─the worker is done─▶ InitialState … */
export class StateTask extends Task implements WorkerEvents {
  static states = () => [InitialState, TimeoutState] as const

  readonly path: string[] = []
  readonly #report = new Future<string>()

  override onInit(): void {
    this.become(InitialState)
  }

  override async onConfigure(): Promise<void> {
    await this.observe('worker')
  }

  /** Answered when it has changed its State a few times. */
  report(): Future<string> {
    return this.#report
  }

  // What a State does not declare comes here.
  workerDone(): void {
    this.log.info('the worker is done; nothing to do in this State')
  }

  entered(state: string): void {
    this.path.push(state)
    if (this.path.length === CHANGES + 1) this.#report.set(this.path.join(' → '))
  }
}

/** What the States have in common. */
abstract class BaseState extends State<StateTask> {
  override onEnter(): void {
    this.log.info('entered')
    this.task.entered(this.constructor.name)
  }
}

class InitialState extends BaseState {
  override onEnter(): void {
    super.onEnter()
    this.setTimeout(200)
  }

  override onTimeout(): void {
    this.become(TimeoutState)
  }
}

class TimeoutState extends BaseState {
  workerDone(): void {
    this.become(InitialState)
  }
}
