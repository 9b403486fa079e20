import { Future, Task } from 'tsworks'
import type { PingerEvents } from './pinger.ts'
import { Rhythm, type RhythmReport } from './rhythm.ts'

export interface TimeoutReport {
  readonly timeouts: RhythmReport
  readonly pings: RhythmReport
}

/** Checks that its own timeouts, and another's pings, come at the right times. */
export class TimeoutTask extends Task implements PingerEvents {
  readonly #timeouts = new Rhythm(200)
  readonly #pings = new Rhythm(300)
  readonly #report = new Future<TimeoutReport>()

  override async onConfigure(): Promise<void> {
    await this.observe('pinger')
  }

  override onStart(): void {
    this.every(200)
    this.timer('report', 3_000, () =>
      this.#report.set({ timeouts: this.#timeouts.report(), pings: this.#pings.report() }),
    )
  }

  /** Answered three seconds after the start. */
  report(): Future<TimeoutReport> {
    return this.#report
  }

  override onTimeout(): void {
    this.#timeouts.beat()
  }

  ping(): void {
    this.#pings.beat()
  }
}
