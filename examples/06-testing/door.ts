import { State, Task } from 'tsworks'

export interface DoorEvents {
  opened(visitor: string): void
  leftOpen(): void
}

/** Opens for one visitor at a time, closes after 5 s, and complains when it has been held open for a minute. */
export class Door extends Task<DoorEvents> {
  static states = () => [Closed, Open] as const
  static events = ['opened', 'leftOpen'] as const

  held = false

  override onInit(): void {
    this.become(Closed)
  }

  hold(): void {
    this.held = true
  }
}

class Closed extends State<Door> {
  open(visitor: string): string {
    this.task.notify.opened(visitor)
    this.become(Open)
    return `open for ${visitor}`
  }
}

class Open extends State<Door> {
  override onEnter(): void {
    this.setTimeout(5_000)
    this.timer('complain', 60_000, () => this.task.notify.leftOpen())
  }

  // The message comes back when the door has closed.
  open(_visitor: string): never {
    return this.postpone()
  }

  override onTimeout(): void {
    if (!this.task.held) this.become(Closed)
  }
}
