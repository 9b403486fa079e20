/**
 * What goes over one socket: what is sent in one go of the event loop is written at once, in order.
 *
 *   write ─▶ pending ─(end of the go)─▶ the socket's own queue ─▶ the system ─▶ the peer
 *            ╰──────────── waiting: from `highWater` on it is full ─────────╯
 *
 * Pending bytes lie in memory that is used again, once the system has them: at once, unless the peer is slow.
 */

import type { Socket } from 'node:net'
import { nextTick } from 'node:process'
import type { Framing, Telegram } from './framing.ts'
import { giveBack, takeOutput, type OutputBytes } from './output.ts'

/** So much is not kept until the end of the go: the peer can begin with it meanwhile. */
const FLUSH_BYTES = 32 * 1024

export class Outgoing<T extends Telegram> {
  readonly #socket: Socket
  readonly #framing: Framing<T>
  readonly #highWater: number
  /** Called when the system has taken some, and it was full. */
  readonly #taken: () => void
  #pending: OutputBytes | undefined
  #isFull = false
  #hasEnded = false

  constructor(
    socket: Socket,
    { framing, highWater }: { readonly framing: Framing<T>; readonly highWater: number },
    taken: () => void,
  ) {
    this.#socket = socket
    this.#framing = framing
    this.#highWater = highWater
    this.#taken = taken
  }

  /** Bytes that the system has not taken. */
  get waiting(): number {
    return (this.#pending?.length ?? 0) + this.#socket.writableLength
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes a telegram, unless more than `limit` bytes then wait; gives how many bytes it has, or that would not go. Throws what the framing throws. */
  write(telegram: T, limit: number): { readonly tooMany: number } | undefined {
    const pending = this.#begin()
    const before = pending.length
    try {
      if (this.#framing.writeTo === undefined) pending.copy(this.#framing.write(telegram))
      else this.#framing.writeTo(telegram, pending)
    } catch (error) {
      pending.length = before
      throw error
    }
    const bytes = pending.length - before
    const waiting = pending.length + this.#socket.writableLength
    // One that is longer than the limit by itself is sent where nothing else waits.
    if (waiting > limit && waiting > bytes) {
      pending.length = before
      return { tooMany: bytes }
    }
    if (pending.length >= FLUSH_BYTES) this.flush()
    if (waiting >= this.#highWater && this.waiting >= this.#highWater) this.#isFull = true
    return undefined
  }

  #begin(): OutputBytes {
    if (this.#pending === undefined) {
      this.#pending = takeOutput()
      nextTick(flush, this)
    }
    return this.#pending
  }

  /** Nothing follows: the peer is told, once it has all. */
  end(): void {
    if (this.#hasEnded) return
    this.flush()
    this.#hasEnded = true
    this.#socket.end()
  }

  flush(): void {
    const pending = this.#pending
    if (pending === undefined) return
    this.#pending = undefined
    // After its end, or that of the connection, nobody is told of what is written: whoever sends looks first.
    if (pending.length === 0 || this.#hasEnded || this.#socket.destroyed) return giveBack(pending)
    // What others wait behind is kept for long, so it gets memory of its length.
    const isSlow = this.#socket.writableLength > 0
    this.#socket.write(isSlow ? Uint8Array.from(pending.written()) : pending.written(), this.#written)
    if (isSlow || this.#socket.writableLength === 0) giveBack(pending)
  }

  readonly #written = (): void => {
    if (!this.#isFull) return
    this.#isFull = this.waiting >= this.#highWater
    this.#taken()
  }
}

const flush = (outgoing: Outgoing<never>): void => outgoing.flush()
