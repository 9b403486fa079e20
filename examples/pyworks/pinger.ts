import { Task } from 'tsworks'

export interface PingerEvents {
  ping(): void
}

export class Pinger extends Task<PingerEvents> {
  override onStart(): void {
    this.every(300)
  }

  override onTimeout(): void {
    this.notify.ping()
  }
}
