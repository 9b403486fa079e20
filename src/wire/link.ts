/**
 * Link: the two-way road between two threads, as each of its two ends sees it.
 *
 *    this end                                                            the peer's end
 *    ────────                                                            ──────────────
 *    send('answer')  ──────────▶ ═══════ answers, system messages ═════▶  read(), readAnswers()
 *    send('request') ─▶ held? ─▶ ═══════ requests ═════════════════════▶  read()
 *                                                (and the same way back)
 *
 * Order:    first in, first out per lane, whatever road a record takes (S2). An answer may overtake requests and never
 *           stands behind one (S3); nothing else is promised between the lanes.
 * Delivery: at most once, and whole or not at all. A writer that is killed in the middle of a record sent nothing.
 * Death:    what had left the peer's end before its thread died stays readable. Once its thread has ended (the kernel
 *           knows), a read() that returns 0 says that the link is finished (S12), in a running event loop and in a blocked
 *           thread alike. Answers are never held, so none of them is lost; requests that the peer still held died with it, unless
 *           it had handed them over.
 * Room:     nobody ever waits for room. A request that finds none is held by its sender, in memory without a bound: who may send how
 *           much is decided above (S8).
 *
 * Implementations: ring-link.ts (shared memory), port-link.ts (a MessagePort), simulated-link.ts in src/testing/ (both ends in one thread).
 * All of them run test/wire/link-contract.ts. An end is used by one thread only.
 */

import type { Transferable } from 'node:worker_threads'
import type { ByteWriter } from './byte-writer.ts'

/** Requests, or what overtakes them: answers and system messages. */
export type Lane = 'request' | 'answer'

/** One message as bytes, with what cannot be bytes beside it. */
export interface WireRecord {
  /** When read: valid until receive() returns, and perhaps a view on shared memory, made when asked for. Copy what shall last. */
  readonly bytes: Uint8Array
  /** What travels by structured clone: SharedArrayBuffers, MessagePorts. The bytes say what each one is. */
  readonly attachments: readonly unknown[]
  /** Which of the attachments (or what they hold) move instead of being cloned. Only for sending. */
  readonly transfer?: readonly Transferable[]
  /** Whether the bytes fill memory of their own, which may move, too. Only for sending. */
  readonly owned?: boolean
}

/**
 * Takes over one record. It may send, and may read this link again, which goes on behind the record in hand; it must not
 * block, since the room of what was read is given back when the reading ends. If it throws, this record counts as taken,
 * and the error comes out of read(). If it returns ENOUGH, nothing more of that lane is read for now.
 */
export type Receive = (lane: Lane, record: WireRecord) => unknown

/** What a Receive returns to end the reading. Whoever does so knows that there may be more. */
export const ENOUGH = 'enough'

export interface Link {
  /**
   * Never blocks, never refuses for want of room: a request that finds none is held at this end, in order. Bytes and attachments are
   * copied or moved before it returns. After close(), or once the peer is known to have closed, the record is `dropped`.
   *
   * @throws DataCloneError if an attachment cannot travel; then nothing was sent.
   */
  send(lane: Lane, record: WireRecord): void

  /**
   * The same for what stands in a writer, without attachments, if it needs no more than to be copied into memory that is shared. `false`: it
   * does, and nothing was sent.
   */
  sendWritten?(lane: Lane, writer: ByteWriter): boolean

  /**
   * Hands over what has arrived, at most `most` records, answers first; returns how many. Never waits, and works in a thread
   * whose event loop stands still. If it returns `most` there may be more, and nobody will say so again.
   */
  read(receive: Receive, most: number): number

  /** read() for a thread that is blocked in a wait: the answer lane only, the requests stay where they are. */
  readAnswers(receive: Receive, most: number): number

  /** Sends what is held, as far as there is room. Called at each turn of this thread, and while it is blocked. */
  flush(): void

  /**
   * Lets all that is held leave this end at once, whatever room there is: for a sender that is about to end, or receivers that are.
   * What it sends later comes behind it.
   */
  handOver(): void

  /** How many requests wait at this end for room. */
  readonly held: number

  /** How many records were sent, or held, when nobody was left to read them. */
  readonly dropped: number

  /**
   * Ends it from this side; idempotent. Nothing is read here any more, what is held is dropped. What had been sent before
   * stays readable for the peer, whose later records are dropped there as soon as it knows; those on the way are lost.
   */
  close(): void
}

/** What an end needs from its thread. */
export interface LinkOptions {
  /**
   * Something may have arrived, or there may be room again: plan a turn that calls flush() and read(). Called by this thread's
   * event loop, and inside a read() that takes a message out of its hands; now and then for nothing, and once more after
   * close(). Not called for what arrives while the thread is awake or blocked: that the bell counts, and who is about to sleep
   * looks at the count (src/threads/bell.ts).
   */
  readonly onReadable: () => void
  /** The same for a message that only wakes this thread; without it, onReadable is called. */
  readonly onWoken?: () => void
  /** Rings the peer's bell, as Bell.ring(): `post` sends an empty message to its event loop. */
  readonly ringPeer: (post?: () => void) => void
  /** Shall this end keep its thread's event loop alive? Not unless asked. */
  readonly keepsAlive?: boolean
}
