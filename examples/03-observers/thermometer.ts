import { Task } from 'tsworks'

/** What a thermometer tells those who observe it: its output methods. */
export interface ThermometerEvents {
  measured(celsius: number): void
  tooHot(celsius: number): void
}

export class Thermometer extends Task<ThermometerEvents> {
  measure(celsius: number): void {
    this.notify.measured(celsius)
    if (celsius > 30) this.notify.tooHot(celsius)
  }
}
