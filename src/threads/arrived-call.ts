/**
 * A call of another thread, as the thread of its receiver has it: from its arrival until its answer has left, or nobody waits for that any
 * more. It notes what becomes of the call where the caller's thread finds it, should this one die (receipts.ts).
 */

import type { Outcome } from '../core/future.ts'
import type { Loan, Message, Receipt, Replier, Streaming } from '../core/message.ts'
import type { Turn } from '../core/turn.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { Request } from '../wire/protocol.ts'
import type { BegunCalls } from './begun-calls.ts'

export type CallPacket = Extract<Request, { readonly kind: 'call' }>

/** Who has taken it in. */
export interface Arrival {
  readonly begun: BegunCalls
  /** What becomes of the messages of its sender. */
  readonly receipt: Receipt
  /** Sends the answer; gives the streams that it has brought along. */
  answer(call: ArrivedCall, outcome: Outcome, turn: Turn | undefined): Streaming | undefined
}

export class ArrivedCall implements Receipt, Replier {
  readonly place: Place
  readonly id: number
  readonly to: number
  readonly message: Message
  readonly #arrival: Arrival
  #mark: number | undefined

  constructor(
    arrival: Arrival,
    place: Place,
    { packet, loan }: { readonly packet: CallPacket; readonly loan: Loan | undefined },
  ) {
    this.#arrival = arrival
    this.place = place
    this.id = packet.id
    this.to = packet.to
    this.message = {
      kind: 'call',
      method: packet.method,
      args: packet.args as unknown[],
      from: packet.from,
      context: packet.context,
      reply: this,
      own: undefined,
      receipt: this,
      loan,
    }
  }

  answer(outcome: Outcome, turn?: Turn): Streaming | undefined {
    const streaming = this.#arrival.answer(this, outcome, turn)
    this.#answered()
    return streaming
  }

  begun(): void {
    // Before the handler runs; and marked before it counts as taken.
    this.#mark = this.#arrival.begun.mark(this.place, this.id)
    this.#arrival.receipt.begun()
  }

  postponed(): void {
    this.#arrival.receipt.postponed()
    this.#answered()
  }

  dropped(): void {
    this.#arrival.receipt.dropped()
  }

  /** Its answer has left. */
  #answered(): void {
    if (this.#mark === undefined) return
    this.#arrival.begun.unmark(this.#mark)
    this.#mark = undefined
  }
}
