/**
 * Bell: how others wake a thread, wherever it waits. Two words in shared memory per thread.
 *
 *    ┌────────┬──────────────────────┐      COUNT   rings so far, modulo 2^32            everybody adds
 *    │ COUNT  │ MOOD: (epoch, mood)  │      MOOD    where the thread is, and a number     its owner; a ringer only
 *    └────────┴──────────────────────┘              that grows at each change             ASLEEP ─▶ AWAKE, same epoch
 *
 *      AWAKE ──fallAsleep()──▶ ASLEEP, in its event loop: only a posted message wakes it
 *        ▲ └─────block()─────▶ LOOKING, for some microseconds: nobody need wake it ──▶ BLOCKED, in Atomics.wait: a notify wakes it
 *        └──wake(), or the end of block()
 *
 * Owner:   seen = count(); read everything; then fallAsleep(() => count() === seen), or block(seen, ms). It returns to its
 *          event loop asleep or with a turn planned, never awake and without one, since nobody posts to who is awake.
 * Ringer:  publish; then ring(): add to COUNT, load MOOD, and do what the mood asks for.
 *
 * Why no ring is lost. All operations are sequentially consistent. What was published before the add is seen by an owner
 * whose count() includes it, so only the rings that come after count() matter.
 *  1. Asleep. The owner stores ASLEEP, then compares COUNT; the ringer adds to COUNT, then loads MOOD. Whichever pair comes
 *     second sees the first: either the owner stays awake, or the ringer sees ASLEEP and posts.
 *  2. Blocked. The same, and Atomics.wait compares COUNT with `seen` and goes to sleep in one step, so a notify cannot fall
 *     between the two. Looking comes before that and only puts it off: nobody need wake an owner that is about to compare.
 *  3. One post is enough for a sleep, so a ringer that posted marks the owner AWAKE for the others. It posts *first*: a thread
 *     may be killed between any two lines here, and a mark without a post would leave its owner asleep for ever while
 *     everybody takes it for awake. Two ringers may both post then; the second message is an empty turn.
 *  4. The mark is a compare-exchange with the epoch: in the meantime the owner may have woken by that very post, read, and
 *     fallen asleep again, and this later sleep has not been posted for.
 *  5. For the same reason a message that was posted before the ring entitles nobody to a mark: the owner may have handled it
 *     and fallen asleep since. Who publishes by a message of its own rings without `post`, for the blocked only.
 *
 * A killed ringer may have published without ringing. Who learns of its death (the kernel) rings for it.
 */

const COUNT = 0
const MOOD = 1

const AWAKE = 0
const ASLEEP = 1
const BLOCKED = 2
const LOOKING = 3
/** MOOD is epoch * EPOCH + mood. */
const EPOCH = 4

/** Lets a thread on the same core go first; Node 22 does not have it. */
const pause: () => void = (Atomics as { readonly pause?: () => void }).pause ?? (() => {})

export class Bell {
  /** How many words of shared memory a bell needs; zeroes are a bell that never rang, of a thread that is awake. */
  static readonly words = 2

  /** The words, to be handed to the other threads: `new Bell(words)` there is the same bell. */
  readonly memory: Int32Array

  static create(): Bell {
    return new Bell(new Int32Array(new SharedArrayBuffer(Bell.words * Int32Array.BYTES_PER_ELEMENT)))
  }

  constructor(memory: Int32Array) {
    this.memory = memory
  }

  /** Owner: how often it has rung. To be asked before looking for what the rings announce. */
  count(): number {
    return Atomics.load(this.memory, COUNT)
  }

  /** Owner, awake: whether it rings, if it has not since count() was `seen`, while it is looked at so many times. */
  rings(seen: number, looks: number): boolean {
    for (let look = 0; look < looks; look++) {
      if (Atomics.load(this.memory, COUNT) !== seen) return true
      pause()
    }
    return false
  }

  /**
   * Owner, before it returns to its event loop: from now on a ring posts a message. `false`: `isIdle`, which must compare
   * count(), said that there is something to do after all; the owner is awake and takes another turn.
   */
  fallAsleep(isIdle: () => boolean): boolean {
    this.#become(ASLEEP)
    if (isIdle()) return true
    this.#become(AWAKE)
    return false
  }

  /** Owner, at the begin of each turn: rings need not post, the owner looks at the count before it sleeps. */
  wake(): void {
    this.#become(AWAKE)
  }

  /**
   * Owner: stands still until it rings, if it has not rung since count() was `seen`, but no longer than `ms` (Infinity).
   * It is awake then, whatever it was before. `look`, by rings(), may spare it the sleep: true if it has rung.
   */
  block(seen: number, ms: number, look?: () => boolean): 'rung' | 'timed-out' {
    if (look !== undefined) {
      this.#become(LOOKING)
      if (look()) {
        this.#become(AWAKE)
        return 'rung'
      }
    }
    this.#become(BLOCKED)
    const result = Atomics.wait(this.memory, COUNT, seen, ms)
    this.#become(AWAKE)
    return result === 'timed-out' ? 'timed-out' : 'rung'
  }

  /** Anybody: whether the owner waits in block(), as it was a moment ago. */
  get isBlocked(): boolean {
    return (Atomics.load(this.memory, MOOD) & (EPOCH - 1)) >= BLOCKED
  }

  /**
   * Anybody, after publishing: wakes the owner. `post`, which may be called or not, sends a message to its event loop there and
   * then. Without it, what was published is itself a message to that event loop.
   */
  ring(post?: () => void): void {
    Atomics.add(this.memory, COUNT, 1)
    const seen = Atomics.load(this.memory, MOOD)
    const mood = seen & (EPOCH - 1)
    if (mood === BLOCKED) {
      Atomics.notify(this.memory, COUNT)
    } else if (mood === ASLEEP && post !== undefined) {
      post()
      Atomics.compareExchange(this.memory, MOOD, seen, seen - ASLEEP + AWAKE)
    }
  }

  /** Only the owner changes the epoch, so nothing is lost between the load and the store. */
  #become(mood: number): void {
    const epoch = (Atomics.load(this.memory, MOOD) & -EPOCH) + EPOCH
    Atomics.store(this.memory, MOOD, epoch + mood)
  }
}
