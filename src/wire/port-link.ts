/**
 * PortLink: a Link whose every record is a message on a MessagePort.
 *
 *    send ─▶ ParcelPort ═════ one MessagePort, both lanes ═════▶ ParcelPort ─▶ inbox, sorted by lane ─▶ read
 *
 * There is one queue on the way, so answers overtake requests where they are read: read() first empties the port, then
 * hands over the answers. The port has no bound: nothing is ever held.
 */

import type { MessagePort } from 'node:worker_threads'
import type { Lane, Link, LinkOptions, Receive, WireRecord } from './link.ts'
import { dropMoves } from './movables.ts'
import { ParcelPort } from './parcel-port.ts'

/** One end of a PortLink. Structured-cloneable; its transfer list is `[half.port]`. */
export interface PortHalf {
  readonly kind: 'port'
  readonly port: MessagePort
}

export class PortLink implements Link {
  readonly held = 0
  readonly #parcels: ParcelPort
  readonly #ringPeer: LinkOptions['ringPeer']
  #dropped = 0

  constructor(half: PortHalf, options: LinkOptions) {
    this.#parcels = new ParcelPort(half.port, options)
    this.#ringPeer = options.ringPeer
  }

  get dropped(): number {
    return this.#dropped
  }

  send(lane: Lane, record: WireRecord): void {
    if (this.#parcels.isOpen) {
      this.#parcels.post(lane, record)
      this.#ringPeer() // For a peer that is blocked. Its event loop wakes by the record itself.
    } else {
      this.#dropped++
      dropMoves(record.transfer)
    }
  }

  read(receive: Receive, most: number): number {
    this.#parcels.collect()
    return this.#parcels.inbox.read(receive, most)
  }

  readAnswers(receive: Receive, most: number): number {
    this.#parcels.collect()
    return this.#parcels.inbox.readAnswers(receive, most)
  }

  flush(): void {}

  handOver(): void {}

  close(): void {
    this.#parcels.close()
  }
}
