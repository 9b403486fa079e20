import { State, Task } from 'tsworks'

/** What the light tells those who observe it. */
export interface TrafficLightEvents {
  turned(to: string): void
  passed(car: string): void
}

/** Off ─switchOn▶ Red ─▶ Green ─▶ Yellow ─▶ Red … by timeouts. Cars wait, in order, until it is green. */
export class TrafficLight extends Task<TrafficLightEvents> {
  static states = () => [Off, Red, Green, Yellow] as const

  override onInit(): void {
    this.become(Off)
  }
}

/** What all States have in common: a car that comes now comes again after the next change. */
abstract class Stop extends State<TrafficLight> {
  arrive(_car: string): void {
    this.postpone()
  }
}

class Off extends Stop {
  switchOn(): void {
    this.become(Red)
  }
}

class Red extends Stop {
  override onEnter(): void {
    this.notify.turned('red')
    this.setTimeout(200)
  }

  override onTimeout(): void {
    this.become(Green)
  }
}

class Green extends State<TrafficLight> {
  override onEnter(): void {
    this.notify.turned('green')
    this.setTimeout(200)
  }

  arrive(car: string): void {
    this.notify.passed(car)
  }

  override onTimeout(): void {
    this.become(Yellow)
  }
}

class Yellow extends Stop {
  override onEnter(): void {
    this.notify.turned('yellow')
    this.setTimeout(100)
  }

  override onTimeout(): void {
    this.become(Red)
  }
}
