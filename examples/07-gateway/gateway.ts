import { Task, tell } from 'tsworks'
import { gateway } from './tasks.ts'

/** How many devices are in which State, and what is kept of them. */
export interface Summary {
  readonly devices: number
  readonly states: Readonly<Record<string, number>>
  readonly telegrams: number
  readonly perSecond: number
  readonly restarts: number
}

/** Has all devices, and knows the State of each. */
export class Gateway extends Task {
  readonly #store = this.actor(gateway.store)
  readonly #devices = this.actors(gateway.device)
  readonly #states: string[] = []
  #restarts = 0
  #before = 0
  #perSecond = 0
  #telegrams = 0

  override onConfigure(): void {
    for (const device of this.#devices) void this.observe(device)
    this.every(1_000)
  }

  /** A device tells that its State has changed. */
  state(id: number, state: string): void {
    this.#states[id] = state
  }

  stateOf(id: number): string | undefined {
    return this.#states[id]
  }

  idsIn(state: string): number[] {
    return this.#states.flatMap((one, id) => (one === state ? [id] : []))
  }

  /** Crashes its object, which comes back and connects anew; false for a device that there is not. */
  restart(id: number): boolean {
    const device = this.#devices[id]
    if (device === undefined) return false
    this.#restarts++
    tell(device).crash()
    return true
  }

  summary(): Summary {
    const states: Record<string, number> = {}
    for (const state of this.#states) states[state] = (states[state] ?? 0) + 1
    const { length: devices } = this.#devices
    return { devices, states, telegrams: this.#telegrams, perSecond: this.#perSecond, restarts: this.#restarts }
  }

  override async onTimeout(): Promise<void> {
    const { telegrams } = await this.#store.count()
    this.#perSecond = telegrams - this.#before
    this.#before = this.#telegrams = telegrams
  }
}
