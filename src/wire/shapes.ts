/**
 * The shapes that a message has described so far, found by walking along their keys:
 *
 *   start ── id ──▶ · ── name ──▶ ① ── at ──▶ ②          ①  { id, name }
 *                   └── x ──▶ · ── y ──▶ ③               ②  { id, name, at }   ③  { id, x, y }
 *
 * The steps stay from one message to the next, which mostly has the same objects in it; only the numbers are each message's own.
 */

/** More characters of keys than this are not kept for the next message. */
const MOST_CHARS = 1 << 16

class Step {
  /** The key taken last from here, and where it led: nearly always the next one too. */
  key: string | undefined
  next: Step | undefined
  others: Map<string, Step> | undefined
  /** The number of the shape that ends here, if `message` is the one in hand. */
  shape = 0
  message = 0
}

export class Shapes {
  #start = new Step()
  #chars = 0
  #message = 0
  #described = 0

  /** How many the message has described so far. */
  get described(): number {
    return this.#described
  }

  /** Begins a message, or goes back in one to where it had described `described` shapes. */
  begin(described = 0): void {
    // A number of its own each time: what was noted for the part that is taken back does not hold.
    this.#message++
    this.#described = described
    if (this.#chars > MOST_CHARS) {
      this.#start = new Step()
      this.#chars = 0
    }
  }

  /** The number of the shape with these keys; undefined for a new one, which then has the number `described - 1`. */
  find(keys: readonly string[]): number | undefined {
    let step = this.#start
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      step = step.key === key ? step.next! : this.#turn(step, key)
    }
    if (step.message === this.#message) return step.shape
    step.message = this.#message
    step.shape = this.#described++
    return undefined
  }

  #turn(step: Step, key: string): Step {
    let next = step.others?.get(key)
    if (next === undefined) {
      next = new Step()
      this.#chars += key.length + 8
      step.others ??= new Map()
      step.others.set(key, next)
    }
    step.key = key
    step.next = next
    return next
  }
}
