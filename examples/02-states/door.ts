import { State, Task } from 'tsworks'

/** Opens for one visitor at a time, and closes by itself. */
export class Door extends Task {
  static states = () => [Closed, Open] as const

  opened = 0

  override onInit(): void {
    this.become(Closed)
  }

  // Both States leave this message to the Task itself.
  timesOpened(): number {
    return this.opened
  }
}

class Closed extends State<Door> {
  open(visitor: string): string {
    this.task.opened++
    this.become(Open, 100)
    return `the door opens for ${visitor}`
  }
}

class Open extends State<Door> {
  readonly #ms: number

  constructor(ms: number) {
    super()
    this.#ms = ms
  }

  override onEnter(): void {
    this.setTimeout(this.#ms)
  }

  // The message comes back when the door has closed.
  open(_visitor: string): never {
    return this.postpone()
  }

  override onTimeout(): void {
    this.become(Closed)
  }
}
