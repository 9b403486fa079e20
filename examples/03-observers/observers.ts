import { Task } from 'tsworks'

/** Shows every value. */
export class Display extends Task {
  override async onConfigure(): Promise<void> {
    await this.observe('thermometer')
  }

  measured(celsius: number): void {
    console.log(`display: ${celsius} °C`)
  }

  // A listener has all output methods of the one that it observes, or it does not compile; an empty body will do.
  tooHot(): void {}
}

/** Cools until it is told to rest. */
export class Fan extends Task {
  override async onConfigure(): Promise<void> {
    await this.observe('thermometer')
  }

  measured(): void {}

  tooHot(celsius: number): void {
    console.log(`fan: ${celsius} °C, cooling`)
  }

  async rest(): Promise<void> {
    await this.unobserve('thermometer')
  }
}
