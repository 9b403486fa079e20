/**
 * Inbox: the records that have arrived at one end of a link in this thread's own memory and are not yet read.
 *
 *    push('answer')  ─▶ [ ] [ ] [ ] ─┐
 *    push('request') ─▶ [ ] [ ]     ─┴▶ read(): the answers first
 */

import { Fifo } from './fifo.ts'
import { ENOUGH, type Lane, type Receive, type WireRecord } from './link.ts'

export class Inbox<Arrived extends WireRecord = WireRecord> {
  readonly #lanes: Record<Lane, Fifo<Arrived>> = { request: new Fifo(), answer: new Fifo() }

  push(lane: Lane, record: Arrived): void {
    this.#lanes[lane].push(record)
  }

  take(lane: Lane): Arrived | undefined {
    return this.#lanes[lane].take()
  }

  /** As Link.read(). */
  read(receive: Receive, most: number): number {
    const answers = this.readAnswers(receive, most)
    return answers + this.#handOver('request', receive, most - answers)
  }

  /** As Link.readAnswers(). */
  readAnswers(receive: Receive, most: number): number {
    return this.#handOver('answer', receive, most)
  }

  /** Forgets all of it. */
  clear(forget: (record: Arrived) => void): void {
    for (const lane of Object.values(this.#lanes))
      for (let record = lane.take(); record !== undefined; record = lane.take()) forget(record)
  }

  #handOver(lane: Lane, receive: Receive, most: number): number {
    for (let taken = 0; taken < most; taken++) {
      const record = this.take(lane)
      if (record === undefined) return taken
      if (receive(lane, record) === ENOUGH) return taken + 1
    }
    return Math.max(most, 0)
  }
}
