export interface RhythmReport {
  readonly beats: number
  /** Beats that came within a tenth of a period of when they should. */
  readonly onTime: number
  readonly worstMs: number
}

/** Checks that something comes every `ms`, counted from the first time. */
export class Rhythm {
  readonly #ms: number
  #first: number | undefined
  #beats = 0
  #onTime = 0
  #worstMs = 0

  constructor(ms: number) {
    this.#ms = ms
  }

  beat(): void {
    const now = performance.now()
    const sinceFirst = now - (this.#first ??= now)
    const off = Math.abs(sinceFirst - Math.round(sinceFirst / this.#ms) * this.#ms)
    this.#beats++
    if (off <= this.#ms / 10) this.#onTime++
    this.#worstMs = Math.max(this.#worstMs, off)
  }

  report(): RhythmReport {
    return { beats: this.#beats, onTime: this.#onTime, worstMs: this.#worstMs }
  }
}
