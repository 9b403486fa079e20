import { State, Task } from 'tsworks'

class Closed extends State<Door> {
  open() {
    this.task.opened++
    this.become(Open, 200)
  }
}

class Open extends State<Door> {
  #ms: number
  constructor(ms: number) {
    super()
    this.#ms = ms
  } // erasable syntax only
  onEnter() {
    this.setTimeout(this.#ms)
  }
  open() {
    return this.postpone()
  }
  onTimeout() {
    this.become(Closed)
  }
}

export class Door extends Task {
  static states = () => [Closed, Open] as const // so a Proxy of Door has open(), and a diagram of it is known
  opened = 0
  onInit() {
    this.become(Closed)
  }
  timesOpened() {
    return this.opened
  }
}
