/**
 * ParcelPort: records as messages on a MessagePort.
 *
 *    post(lane, record) ─▶ [ MessagePort ] ─▶ the event loop's 'message' ┐
 *                                             collect()                  ┴▶ inbox, sorted by lane
 *
 * A message is in the other side's queue when postMessage returns. So collect() finds all that was posted before, in a
 * thread whose event loop stands still, and after the poster's thread has died.
 */

import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { Inbox } from './inbox.ts'
import type { Lane, LinkOptions, WireRecord } from './link.ts'
import { closeEach } from './movables.ts'

/** A record on its way. */
interface Parcel extends WireRecord {
  readonly lane: Lane
  /** The sender's number for it. */
  readonly number: number
  /** In its place in the order by itself, without a stand-in elsewhere. */
  readonly isSpilled: boolean
}

/** Memory for the large records of a lane, once for each. */
interface LargeMemory {
  readonly lane: Lane
  readonly memory: SharedArrayBuffer
}

/** `null` only wakes an event loop. */
type PortMessage = Parcel | LargeMemory | null

export class ParcelPort {
  /** What has come out of the port. */
  readonly inbox = new Inbox<Parcel>()
  /** And what was spilled, in an order of its own. */
  readonly #spilled = new Inbox<Parcel>()
  readonly #shared = new Map<Lane, SharedArrayBuffer>()
  readonly #port: MessagePort
  readonly #onReadable: () => void
  #state: 'open' | 'peer-closed' | 'closed' = 'open'

  /** `onReadable` is called for each message, and when one of the sides has been closed or the peer has died. */
  constructor(
    port: MessagePort,
    { onReadable, onWoken = onReadable, keepsAlive = false }: Omit<LinkOptions, 'ringPeer'>,
  ) {
    this.#port = port
    this.#onReadable = onReadable
    port.on('message', (message: PortMessage) => {
      if (this.#state === 'closed') return // Node goes on to deliver what was queued before close().
      if (message === null) return onWoken()
      this.#sort(message)
      onReadable()
    })
    port.on('close', () => {
      if (this.#state === 'open') this.#state = 'peer-closed'
      // After our own close(), too: it may have thrown away a message that somebody relied on to wake this thread.
      onReadable()
    })
    if (!keepsAlive) port.unref()
  }

  /** Does this side still read, and the other, as far as is known? */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** The bytes are copied into a buffer of their own unless they have one, and it moves; the attachments are cloned, or move too. */
  post(lane: Lane, record: WireRecord, number = 0): void {
    this.#post({ lane, record, number, isSpilled: false })
  }

  /** The same for a record that the other takes with `takeSpilled()`. */
  spill(lane: Lane, record: WireRecord, number: number): void {
    this.#post({ lane, record, number, isSpilled: true })
  }

  /** Gives memory to the other side, which has it from its next look into the port on. */
  share(lane: Lane, memory: SharedArrayBuffer): void {
    const message: PortMessage = { lane, memory }
    this.#port.postMessage(message)
  }

  /** What the other side has given for that lane. */
  shared(lane: Lane): SharedArrayBuffer | undefined {
    if (!this.#shared.has(lane)) this.collect()
    return this.#shared.get(lane)
  }

  /** Posts the empty message. */
  wake(): void {
    const message: PortMessage = null
    this.#port.postMessage(message)
  }

  /** The next parcel of a lane, from the inbox or else from the port. */
  take(lane: Lane): Parcel | undefined {
    return this.#take(this.inbox, lane)
  }

  /** The next one that was spilled. */
  takeSpilled(lane: Lane): Parcel | undefined {
    return this.#take(this.#spilled, lane)
  }

  /** Moves what waits in the port to the inbox, without the event loop. */
  collect(): void {
    // Only while open: receiveMessageOnPort inside a 'close' handler ends the process by SIGSEGV (Node 22, 24 and 26), and
    // by then the event loop has delivered every message.
    while (this.#state === 'open') {
      const received = receiveMessageOnPort(this.#port)
      if (received === undefined) return
      this.#sort(received.message)
      // The event loop will not see it now, and whoever reads here need not read everything.
      this.#onReadable()
    }
  }

  /** Idempotent. What had arrived is forgotten. */
  close(): void {
    this.#state = 'closed'
    for (const forgotten of [this.inbox, this.#spilled]) forgotten.clear(({ attachments }) => closeEach(attachments))
    this.#port.close()
  }

  #post(what: Pick<Parcel, 'lane' | 'number' | 'isSpilled'> & { readonly record: WireRecord }): void {
    const { lane, number, isSpilled } = what
    const { attachments, transfer = [], owned = false } = what.record
    const bytes = owned ? what.record.bytes : new Uint8Array(what.record.bytes)
    const message: PortMessage = { lane, number, isSpilled, bytes, attachments }
    this.#port.postMessage(message, [bytes.buffer as ArrayBuffer, ...transfer])
  }

  #take(inbox: Inbox<Parcel>, lane: Lane): Parcel | undefined {
    const early = inbox.take(lane)
    if (early !== undefined) return early
    this.collect()
    return inbox.take(lane)
  }

  #sort(message: PortMessage): void {
    if (message === null) return
    if ('memory' in message) return void this.#shared.set(message.lane, message.memory)
    const inbox = message.isSpilled ? this.#spilled : this.inbox
    inbox.push(message.lane, message)
  }
}
