/**
 * What a contender can do: one method for each ability that some workload asks for. One that lacks it cannot take part there.
 *
 * Each method loads the contender's package when it is called, and not before: its process measures only this one, and whoever lists all
 * contenders needs none of their packages.
 */

/** A function in another thread, called from this one. */
export interface Adder {
  /** `n + text.length` */
  add(n: number, text: string): PromiseLike<number>
}

/** Two functions in one other thread. */
export interface Service extends Adder {
  /** The value as it has come. */
  echo(value: unknown): PromiseLike<unknown>
}

/** A thread that calls `add` in another one, call after call. Both resolve with the sum of the answers to `add(0…count - 1, 'hello')`. */
export interface Pair {
  awaited(count: number): PromiseLike<number>
  /** Its thread stands still until each answer is there. */
  blocked(count: number): PromiseLike<number>
}

/** Something that is sent messages without answers. */
export interface OneWay {
  tell(n: number, text: string): unknown
  /** The sum of `n + text.length` over all that was told before. */
  total(): PromiseLike<number> | number
}

/** Something in this thread. */
export interface Neighbour extends OneWay {
  /** `n + text.length`; undefined where there is no such thing as an answer. */
  readonly ask: ((n: number, text: string) => PromiseLike<number>) | undefined
}

/** Threads in a ring, of which each passes a number on to the next. */
export interface Ring {
  /** Resolves with how often the number was passed on, as those who did it have counted. */
  run(hops: number): PromiseLike<number>
}

/** Many objects, all of them idle. */
export interface Crowd {
  /** Makes so many more on shared threads, spawned from another thread; resolves with how many have answered since. */
  readonly grow?: (count: number) => PromiseLike<number>
  /** The same, made in the thread that they live in. */
  growWithin(count: number): PromiseLike<number>
  /** Collects the garbage of each thread that can be asked to; resolves with the bytes that are then used in their heaps. */
  heap(): PromiseLike<number>
}

/** Messages spread over many objects, or standing in one long queue. */
export interface Masses {
  /** `messages` to so many objects, each in its turn. */
  spread(objects: number, messages: number): PromiseLike<Handled>
  /** `messages` through the mailbox of one object, in which so many wait all the time. */
  queued(length: number, messages: number): PromiseLike<Handled>
}

export interface Handled {
  /** As those who did it have counted. */
  readonly messages: number
  readonly ms: number
}

/** One who notifies observers, each in a thread of its own. */
export interface Subject {
  /** Notifies all of them so often; resolves with how many notifications have been handled. */
  notify(times: number): PromiseLike<number>
}

/** A client and a server, each in a thread of its own, with one TCP connection between them. */
export interface Echo {
  /**
   * The client sends so many telegrams of 100 bytes, behind a length of 4 bytes, `atOnce` of them before the first has come back; the server sends each
   * back. Resolves with how many have come back as they were.
   */
  echo(count: number, atOnce: number): PromiseLike<number>
}

export interface Contender {
  readonly name: string
  /**
   * `contender`: ranked. `base line`: what Node itself can do, by hand. `limit`: the least that this machine can do it with, without any promise.
   * `not ranked`: something else, shown for comparison. `setup`: tsworks with other settings.
   */
  readonly role: 'tsworks' | 'contender' | 'base line' | 'limit' | 'not ranked' | 'setup'
  /** The package whose version is shown, of bench/package.json. */
  readonly package?: string

  openService?(): Promise<Service>
  /** For one that can no more. */
  openAdder?(): Promise<Adder>
  openPair?(): Promise<Pair>
  openOneWay?(): Promise<OneWay>
  openNeighbour?(): Promise<Neighbour>
  openRing?(count: number): Promise<Ring>
  /** Gives what starts so many threads, and resolves when each has answered, with how many have; all modules have been loaded. */
  openThreads?(): Promise<(count: number) => Promise<number>>
  openCrowd?(): Promise<Crowd>
  /** Gives what grows so many leaves on a tree in which each node has ten children, all of them objects, and resolves with the sum of the leaves' numbers. */
  openSkynet?(): Promise<(leaves: number) => Promise<number>>
  openMasses?(): Promise<Masses>
  openSubject?(observers: number): Promise<Subject>
  /** A Service as for `openService`, of which the price is asked. */
  openPriced?(): Promise<Service>
  openEcho?(): Promise<Echo>
}
