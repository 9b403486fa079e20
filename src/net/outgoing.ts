/**
 * What goes over one socket: what is sent in one go of the event loop is written at once, in order.
 *
 *   write ─▶ pending ─(end of the go)─▶ the socket's own buffer ─▶ the system ─▶ the peer
 *            ╰──────────── waiting: from `highWater` on it is full ─────────╯
 */

import type { Socket } from 'node:net'
import { nextTick } from 'node:process'

export class Outgoing {
  readonly #socket: Socket
  readonly #highWater: number
  /** Called when it is full no more. */
  readonly #drained: () => void
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #isFull = false
  #hasEnded = false

  constructor(socket: Socket, highWater: number, drained: () => void) {
    this.#socket = socket
    this.#highWater = highWater
    this.#drained = drained
  }

  /** Bytes that the system has not taken. */
  get waiting(): number {
    return this.#pendingBytes + this.#socket.writableLength
  }

  get isFull(): boolean {
    return this.#isFull
  }

  /** Takes bytes, which stay as they are from then on. */
  write(bytes: Uint8Array): void {
    if (this.#pending.push(bytes) === 1) nextTick(flush, this)
    this.#pendingBytes += bytes.length
    if (this.waiting >= this.#highWater) this.#isFull = true
  }

  /** Nothing follows: the peer is told, once it has all. */
  end(): void {
    if (this.#hasEnded) return
    this.flush()
    this.#hasEnded = true
    this.#socket.end()
  }

  flush(): void {
    if (this.#pending.length === 0) return
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending, this.#pendingBytes)
    this.#pending = []
    this.#pendingBytes = 0
    // After its end, or that of the connection, nobody is told of what is written: whoever sends looks first.
    if (!this.#hasEnded && !this.#socket.destroyed) this.#socket.write(bytes, this.#written)
  }

  readonly #written = (): void => {
    if (!this.#isFull || this.waiting >= this.#highWater) return
    this.#isFull = false
    this.#drained()
  }
}

const flush = (outgoing: Outgoing): void => outgoing.flush()
