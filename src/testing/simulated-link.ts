/**
 * SimulatedLink: a Link between two simulated threads.
 *
 *    send ─▶ copied ─▶ the road, stamped ─▶ read: what had been sent when this link was looked at
 *
 * A turn of a real thread takes time: it looks at its links one after the other, and others send meanwhile. Here a turn is one step, so each
 * read() in it goes back, by chance, to some moment since the thread's last turn (Moment), and sees what had been sent by then. Outside a
 * turn, and in a thread that is blocked, it sees all. Values are copied as if they crossed a border.
 *
 * Delay: what is sent while a delay is set arrives that much later; what it holds leaves at once when it is handed over, or its thread
 * has ended (S12, S30).
 */

import { Fifo } from '../wire/fifo.ts'
import { ENOUGH, type Lane, type Link, type LinkOptions, type Receive, type WireRecord } from '../wire/link.ts'
import type { LocalHalf } from '../wire/link-pair.ts'
import { closeEach, dropMoves } from '../wire/movables.ts'

/** What a link asks of the simulation. */
export interface LinkPlace {
  /** The stamp up to which the thread that reads sees what was sent; undefined: all of it. Each answer is at or after the one before. */
  seenUpTo(): number | undefined
}

export interface LinkWorld {
  readonly stamp: () => number
  readonly now: () => number
  /** How long a record takes from one to the other now, in ms. */
  readonly delay: () => number
  /** Calls that at a later time. */
  readonly after: (ms: number, call: () => void) => void
}

interface OnTheRoad {
  readonly record: WireRecord
  readonly stamp: number
  readonly due: number
}

/** What is on its way to one end, on one lane. */
class Road {
  readonly records = new Fifo<OnTheRoad>()
  lastDue = 0
  /** All that is on it has arrived, whatever its delay. */
  isHandedOver = false
}

/** Both halves; `left` and `right` are the threads, `worlds` what holds for each direction: from the left one, and from the right one. */
export function simulatedLinks(
  [left, right]: readonly [LinkPlace, LinkPlace],
  [fromLeft, fromRight]: readonly [LinkWorld, LinkWorld],
): [LocalHalf, LocalHalf] {
  const ends: [SimulatedLink, SimulatedLink] = [
    new SimulatedLink(left, fromLeft, () => ends[1]),
    new SimulatedLink(right, fromRight, () => ends[0]),
  ]
  const halfOf = (end: SimulatedLink): LocalHalf => ({ kind: 'local', open: (options) => end.open(options) })
  return [halfOf(ends[0]), halfOf(ends[1])]
}

class SimulatedLink implements Link {
  readonly #place: LinkPlace
  readonly #world: LinkWorld
  readonly #peer: () => SimulatedLink
  /** What comes here. */
  readonly #roads: Record<Lane, Road> = { answer: new Road(), request: new Road() }
  #onReadable: () => void = () => {}
  #state: 'unopened' | 'open' | 'closed' = 'unopened'
  #dropped = 0

  constructor(place: LinkPlace, world: LinkWorld, peer: () => SimulatedLink) {
    this.#place = place
    this.#world = world
    this.#peer = peer
  }

  open({ onReadable }: LinkOptions): Link {
    this.#state = 'open'
    this.#onReadable = onReadable
    return this
  }

  get held(): number {
    return 0
  }

  get dropped(): number {
    return this.#dropped
  }

  send(lane: Lane, record: WireRecord): void {
    const peer = this.#peer()
    if (this.#state !== 'open' || peer.#state === 'closed') {
      this.#dropped++
      return dropMoves(record.transfer)
    }
    const { stamp, now, delay, after } = this.#world
    const road = peer.#roads[lane]
    // Never before what was sent earlier, when the delay was longer.
    const due = Math.max(now() + delay(), road.lastDue)
    road.lastDue = due
    road.records.push({ record: copyOf(record), stamp: stamp(), due })
    if (due > now()) after(due - now(), () => peer.#onReadable())
    else peer.#onReadable()
  }

  read(receive: Receive, most: number): number {
    const answers = this.readAnswers(receive, most)
    return answers + this.#take('request', receive, most - answers)
  }

  readAnswers(receive: Receive, most: number): number {
    return this.#take('answer', receive, most)
  }

  flush(): void {}

  handOver(): void {
    const peer = this.#peer()
    for (const road of Object.values(peer.#roads)) {
      if (road.lastDue <= this.#world.now()) continue
      road.isHandedOver = true
      peer.#onReadable()
    }
  }

  close(): void {
    if (this.#state === 'open') this.handOver()
    this.#state = 'closed'
    for (const { records } of Object.values(this.#roads))
      for (let next = records.take(); next !== undefined; next = records.take()) closeEach(next.record.attachments)
  }

  #take(lane: Lane, receive: Receive, most: number): number {
    const road = this.#roads[lane]
    const upTo = this.#place.seenUpTo() ?? Infinity
    let taken = 0
    while (taken < most) {
      const next = road.records.peek()
      if (next === undefined) {
        road.isHandedOver = false
        break
      }
      if (next.due > this.#world.now() && !road.isHandedOver) break
      if (next.stamp > upTo) {
        // It came after this thread had looked: what tells it so is still to come.
        this.#onReadable()
        break
      }
      road.records.take()
      taken++
      if (receive(lane, next.record) === ENOUGH) break
    }
    return taken
  }
}

function copyOf({ bytes, attachments, transfer = [] }: WireRecord): WireRecord {
  return { bytes: new Uint8Array(bytes), attachments: structuredClone(attachments, { transfer: [...transfer] }) }
}
