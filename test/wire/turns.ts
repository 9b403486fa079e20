/**
 * The smallest host of one end of a link: it takes turns in an event loop and sleeps by its bell, as a real one does.
 *
 *    onReadable ─▶ plan() ─▶ setImmediate ─▶ turn: wake, flush, read ─▶ more? plan() : fall asleep
 */

import { Bell } from '../../src/threads/bell.ts'
import { openLink, type ThreadHalf } from '../../src/wire/link-pair.ts'
import type { Link, Receive } from '../../src/wire/link.ts'

export interface Bells {
  readonly own: Int32Array
  readonly peer: Int32Array
}

/** One end of a link and the bells of both threads. */
export interface End {
  readonly half: ThreadHalf
  readonly bells: Bells
  readonly keepsAlive?: boolean
}

/** How long a blocked thread waits before a test takes a wake-up for lost. No right run comes near it. */
const LOST_MS = 20_000

export class Turns {
  readonly bell: Bell
  readonly link: Link
  readonly #receive: Receive
  /** Records of a turn. */
  readonly #most: number
  #isPlanned = false

  constructor({ half, bells, keepsAlive = false }: End, receive: Receive, most = 32) {
    this.#most = most
    const peer = new Bell(bells.peer)
    this.bell = new Bell(bells.own)
    this.#receive = receive
    this.link = openLink(half, { onReadable: () => this.plan(), ringPeer: (post) => peer.ring(post), keepsAlive })
  }

  /** From now on in the event loop. */
  plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      this.#turn()
    })
  }

  #turn(): void {
    this.bell.wake()
    const seen = this.bell.count()
    this.link.flush()
    const mayBeMore = this.link.read(this.#receive, this.#most) === this.#most
    if (mayBeMore || !this.bell.fallAsleep(() => this.bell.count() === seen)) this.plan()
  }

  /** Stands still, as get() does, until `isDone`, and then reads to the end once more. */
  blockUntil(isDone: () => boolean, how: 'read' | 'readAnswers' = 'read'): void {
    for (;;) {
      const seen = this.bell.count()
      const wasDone = isDone()
      this.link.flush()
      while (this.link[how](this.#receive, 32) > 0);
      if (wasDone) return
      if (isDone()) continue
      if (this.bell.block(seen, LOST_MS) === 'timed-out') throw new Error('a wake-up was lost')
    }
  }
}
