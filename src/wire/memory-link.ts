/**
 * MemoryLink: both ends in one thread, for tests and for the simulator.
 *
 *    send ─▶ copied ─▶ the peer's inbox ─▶ read
 *
 * Deterministic: no event loop, no clock. Values are copied as if they crossed a border, so what passes here passes there.
 */

import { Inbox } from './inbox.ts'
import type { Lane, Link, LinkOptions, Receive, WireRecord } from './link.ts'

type MemoryLinkOptions = Pick<LinkOptions, 'onReadable'>

/** The two ends. Each one's `onReadable` is called inside the other's send(), and never else. */
export function makeMemoryLinks(left: MemoryLinkOptions, right: MemoryLinkOptions): [Link, Link] {
  const ends: [MemoryLink, MemoryLink] = [new MemoryLink(left, () => ends[1]), new MemoryLink(right, () => ends[0])]
  return ends
}

class MemoryLink implements Link {
  readonly held = 0
  readonly #inbox = new Inbox()
  readonly #onReadable: () => void
  readonly #peer: () => MemoryLink
  #isOpen = true
  #dropped = 0

  constructor({ onReadable }: MemoryLinkOptions, peer: () => MemoryLink) {
    this.#onReadable = onReadable
    this.#peer = peer
  }

  get dropped(): number {
    return this.#dropped
  }

  send(lane: Lane, record: WireRecord): void {
    const peer = this.#peer()
    if (this.#isOpen && peer.#isOpen) {
      peer.#inbox.push(lane, copyOf(record))
      peer.#onReadable()
    } else {
      this.#dropped++
    }
  }

  read(receive: Receive, most: number): number {
    return this.#inbox.read(receive, most)
  }

  readAnswers(receive: Receive, most: number): number {
    return this.#inbox.readAnswers(receive, most)
  }

  flush(): void {}

  handOver(): void {}

  close(): void {
    this.#isOpen = false
    this.#inbox.clear()
  }
}

function copyOf({ bytes, attachments, transfer = [] }: WireRecord): WireRecord {
  return { bytes: new Uint8Array(bytes), attachments: structuredClone(attachments, { transfer: [...transfer] }) }
}
