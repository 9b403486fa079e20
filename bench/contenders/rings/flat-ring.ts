/**
 * The least that a queue in shared memory can be: one writes cells of a fixed size, one reads them, and who finds nothing sleeps.
 *
 *   control: HEAD (the writer's) … TAIL (the reader's) … SLEEPS (not 0: the number of the sleep that the reader
 *            is about to begin, or has begun; one that was woken for must not be taken for the next)
 *   a cell:  id │ number │ length │ chars, one byte each
 *
 * Nothing else: no second kind of value, no longer text, nobody may die, one queue in each direction and no other sender.
 */

const HEAD = 0
const TAIL = 16
const SLEEPS = 32
const CONTROL_BYTES = 256

const CELLS = 1 << 14
const CELL_WORDS = 8
const CHARS_AT = 12
const MOST_CHARS = CELL_WORDS * 4 - CHARS_AT

const MOST_SLEEPS = 2 ** 30

/** How long who finds nothing looks before it sleeps, in ms: as the goals' own prototype did. */
const LOOK_MS = 0.02

export function makeRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_BYTES + CELLS * CELL_WORDS * 4)
}

/** What both ends see. */
class End {
  protected readonly control: Int32Array
  protected readonly words: Int32Array
  protected readonly chars: Uint8Array

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, CONTROL_BYTES / 4)
    this.words = new Int32Array(memory, CONTROL_BYTES)
    this.chars = new Uint8Array(memory, CONTROL_BYTES)
  }
}

export class Writer extends End {
  #head = 0
  #tail = 0

  /** Its reader sees it at once, if it is awake; wake() wakes it. */
  put(id: number, number: number, text: string): void {
    if (text.length > MOST_CHARS) throw new RangeError(`a text of ${text.length} chars; a cell has ${MOST_CHARS}`)
    while (this.#head - this.#tail === CELLS) this.#waitForRoom()
    const at = (this.#head % CELLS) * CELL_WORDS
    this.words[at] = id
    this.words[at + 1] = number
    this.words[at + 2] = text.length
    for (let i = 0, to = at * 4 + CHARS_AT; i < text.length; i++) this.chars[to++] = text.charCodeAt(i)
    Atomics.store(this.control, HEAD, ++this.#head)
  }

  wake(): void {
    const sleep = Atomics.load(this.control, SLEEPS)
    if (sleep === 0 || Atomics.compareExchange(this.control, SLEEPS, sleep, 0) !== sleep) return
    Atomics.notify(this.control, HEAD)
  }

  #waitForRoom(): void {
    this.wake()
    const before = this.#tail
    this.#tail = Atomics.load(this.control, TAIL)
    if (this.#tail === before) Atomics.wait(this.control, TAIL, before, 1)
  }
}

export class Reader extends End {
  #tail = 0
  #sleeps = 0

  /** Gives each that is there to `use`; whether there were any. */
  read(use: (id: number, number: number, text: string) => void): boolean {
    const head = Atomics.load(this.control, HEAD)
    if (head === this.#tail) return false
    while (this.#tail !== head) {
      const at = (this.#tail % CELLS) * CELL_WORDS
      let text = ''
      const from = at * 4 + CHARS_AT
      for (let i = from, end = from + this.words[at + 2]!; i < end; i++) text += String.fromCharCode(this.chars[i]!)
      use(this.words[at]!, this.words[at + 1]!, text)
      this.#tail++
    }
    Atomics.store(this.control, TAIL, this.#tail)
    Atomics.notify(this.control, TAIL)
    return true
  }

  /** Whether something has come while this looked for a moment. */
  look(): boolean {
    const until = performance.now() + LOOK_MS
    do {
      for (let i = 0; i < 50; i++) if (Atomics.load(this.control, HEAD) !== this.#tail) return true
    } while (performance.now() < until)
    return false
  }

  #fallAsleep(): void {
    this.#sleeps = (this.#sleeps % MOST_SLEEPS) + 1
    Atomics.store(this.control, SLEEPS, this.#sleeps)
  }

  /** Lets the thread stand still until something is there. */
  block(): void {
    if (this.look()) return
    this.#fallAsleep()
    Atomics.wait(this.control, HEAD, this.#tail)
    Atomics.store(this.control, SLEEPS, 0)
  }
}
