/**
 * A message that waits at its sender (S8, S11): until its receiver is known, or for room in the receiver's mailbox. As bytes, so that what
 * the sender changes meanwhile is not seen (S5). What moves with it is the sender's until it is known that the message has to wait; from then
 * on it is the message's, and closed if that is not sent.
 *
 * Invariant: it leaves once: sent, not sent, or taken back. Until then it is sent and not placed anywhere, so it is counted as lost if its
 * thread dies (counts.ts).
 */

import { NoSuchActor } from '../core/errors.ts'
import type { Future } from '../core/future.ts'
import { decode, encodeHere, takenOver, type Border, type Encoded } from '../wire/codec.ts'
import { closeEach, movesIn } from '../wire/movables.ts'
import { markLeaving } from '../wire/transfer.ts'
import { dropReasonOf, letterTo, type Addressee, type Written } from './draft.ts'
import { givenUpUnbegun } from './future-table.ts'
import type { CallWay } from './open-calls.ts'
import type { Parts } from './parts.ts'

export class HeldMessage implements CallWay {
  readonly #parts: Parts
  readonly #to: Addressee
  readonly #draft: Written['draft']
  #args: Encoded
  readonly #met: readonly Future<unknown>[]
  readonly #origin: string | undefined
  #isHeld = true
  /** Whether it has taken what moves with it. */
  #hasTaken = false

  /** Throws NotCloneable. */
  constructor(parts: Parts, to: Addressee, { draft, args }: Written) {
    this.#parts = parts
    this.#to = to
    this.#draft = draft
    const { call } = draft
    const border: Border = {
      references: parts.references,
      place: { path: 'args', executed: 'no' },
      moves: draft.keeps !== true,
    }
    ;[this.#args, this.#met] = parts.lending.during(draft, () =>
      parts.futures.collect((met) => [encodeHere(args, border), met]),
    )
    this.#origin = parts.largeCopies.origin()
    if (call !== undefined) call.way = this
  }

  /** It has left, or nobody waits for it any more: calls that end with their thread are lost with it. */
  get isStale(): boolean {
    const { call } = this.#draft
    return !this.#isHeld || (call !== undefined && !this.#parts.calls.isOpen(call))
  }

  /** It has not left at once. */
  waits(): void {
    if (!this.#isHeld) return
    this.#args = takenOver(this.#args)
    this.#hasTaken = true
    markLeaving(movesIn(this.#args.attachments))
  }

  /** Has `send` send it, with what it brings; it has left once that returns. */
  send<T>(send: (args: readonly unknown[]) => T): T {
    const { call } = this.#draft
    // Calls leave in the order of their numbers (inbound.ts relies on it), and others may have gone there meanwhile.
    if (call !== undefined) this.#parts.calls.renumber(call)
    const { references, largeCopies } = this.#parts
    const args = decode(this.#args, references, { passesOn: true }) as unknown[]
    const sent = largeCopies.sentFrom(this.#origin, () => send(args))
    this.#isHeld = false
    // What has not gone on with it was dropped with it.
    this.#close()
    return sent
  }

  /**
   * It could not be sent; nothing happens where it has left, or nobody waits for it.
   *
   * @param lost what the Futures in it fail with
   */
  notSent(error: unknown, lost = error): void {
    if (this.isStale) return
    this.#isHeld = false
    this.#close()
    const { calls, futures, refuse } = this.#parts
    const { call } = this.#draft
    const why = call === undefined && error instanceof NoSuchActor ? (): string => error.message : undefined
    refuse(dropReasonOf(error), letterTo(this.#to, this.#draft), why)
    if (call !== undefined) calls.answered(call.id, { ok: false, error })
    futures.lost(this.#met, lost)
    this.#draft.loan?.end()
  }

  /** Its call was given up: it does not leave any more. */
  takeBack(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#close()
    this.#parts.futures.lost(this.#met, givenUpUnbegun(`${this.#to.name}.${this.#draft.method}`))
    this.#parts.refuse('cancelled', letterTo(this.#to, this.#draft))
  }

  #close(): void {
    if (this.#hasTaken) closeEach(this.#args.attachments)
  }
}
