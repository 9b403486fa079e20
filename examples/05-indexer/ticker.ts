export interface TickerReport {
  /** Ticks that were due. */
  readonly due: number
  /** Those that came before the next one was due. */
  readonly kept: number
  /** How late the latest one was. */
  readonly latestMs: number
}

/** Ticks every `ms` in the thread that makes it, and looks how late it is: what holds that thread up cannot hide from it. */
export class Ticker {
  readonly #ms: number
  readonly #start = performance.now()
  #due = 0
  #kept = 0
  #latestMs = 0
  #timer: NodeJS.Timeout

  constructor(ms: number) {
    this.#ms = ms
    this.#timer = setTimeout(() => this.#tick(), ms)
  }

  stop(): TickerReport {
    clearTimeout(this.#timer)
    // One that is due now is not lost yet.
    const due = this.#look() > 0 ? this.#due - 1 : this.#due
    return { due, kept: this.#kept, latestMs: this.#latestMs }
  }

  #tick(): void {
    // A timer may come a fraction of a millisecond early; that one is no tick.
    if (this.#look() > 0) this.#kept++
    const next = this.#start + (this.#due + 1) * this.#ms
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, next - performance.now()))
  }

  /** How many ticks have fallen due since the last look; the one that comes now is the last of them, the others are lost. */
  #look(): number {
    const now = performance.now() - this.#start
    const fallen = Math.floor(now / this.#ms) - this.#due
    if (fallen > 0) this.#latestMs = Math.max(this.#latestMs, now - (this.#due + 1) * this.#ms)
    this.#due += fallen
    return fallen
  }
}
