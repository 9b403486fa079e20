/**
 * What arrives for the objects of this thread, packet by packet, and how their answers go back.
 *
 * Invariant: a call that arrives stands in `#open` from then until its one answer has been sent; a `cancel`, which overtakes calls, is
 * remembered until its call arrives. A caller numbers its calls upwards and they arrive in that order, so a `cancel` with a number at
 * or below the last one seen that is not open belongs to a call that has been answered.
 */

import type { Cell } from '../core/cell.ts'
import { ActorDead, BadDefinition, namingCall } from '../core/errors.ts'
import type { Outcome } from '../core/future.ts'
import type { Room } from '../core/mailbox.ts'
import type { Loan, Message, Streaming } from '../core/message.ts'
import { nearNames } from '../core/near-names.ts'
import type { Turn } from '../core/turn.ts'
import { Misread } from '../wire/codec.ts'
import type { Observer, Place } from '../wire/kernel-protocol.ts'
import { discard } from '../wire/movables.ts'
import { closeUnclaimed } from '../wire/transfer.ts'
import type { Packet, Reply, Request } from '../wire/protocol.ts'
import { isScalar } from '../wire/scalars.ts'
import { arrived, arrivedReason } from './copies.ts'
import { ArrivedCall, type Arrival, type CallPacket } from './arrived-call.ts'
import { ByNumber } from './by-number.ts'
import type { Undelivered } from './dead-letters.ts'
import { Deadlocks } from './deadlocks.ts'
import { givenUpUnbegun } from './future-table.ts'
import type { Observing } from './observing.ts'
import type { Ledger } from './ledger.ts'
import type { Parts } from './parts.ts'
import { SenderReceipt } from './receipts.ts'
import { BoundedBox } from './rooms.ts'
import type { Leaving } from './routes.ts'

/** Another thread, as far as its messages go. */
interface Peer extends Arrival {
  readonly place: Place
  /** Calls, tells and notifications that have arrived, modulo 2^32. */
  received: number
  /** The highest number of a call of its that has arrived. */
  lastCall: number
  readonly open: ByNumber<ArrivedCall>
  readonly cancelled: Set<number>
  readonly receipt: SenderReceipt
}

type TellPacket = Extract<Request, { readonly kind: 'tell' | 'notify' }>
type ObservePacket = Extract<Request, { readonly kind: 'observe' }>

export class Inbound {
  readonly deadlocks: Deadlocks
  readonly #parts: Parts
  readonly #observing: Observing
  readonly #peers = new Map<Place, Peer>()
  /** Whose message came last: mostly the next one's, too. */
  #last: Peer | undefined

  /** Observers in other threads whose death this one will be told of. */
  readonly #watched = new Set<number>()

  constructor(parts: Parts, observing: Observing) {
    this.#parts = parts
    this.#observing = observing
    this.deadlocks = new Deadlocks(parts, (place, id) => this.#messageOf(place, id))
  }

  receive(place: Place, packet: Packet): void {
    const { calls, futures, watches, rooms } = this.#parts
    switch (packet.kind) {
      case 'call':
        return this.#call(place, packet)
      case 'tell':
      case 'notify':
        return this.#tell(place, packet)
      case 'observe':
        return this.observe(packet, place, (reply) => this.#reply(place, reply))
      case 'ended':
        // Not late: its reader may have left meanwhile.
        if (calls.get(packet.id) !== undefined) calls.answered(packet.id, { ok: true, value: undefined })
        return
      case 'value':
        return this.#answered(place, packet.id, packet.value)
      case 'error':
        this.#failed(packet.id, packet.error)
        return
      case 'cancel':
        return this.#cancel(place, packet.id, arrivedReason(packet.reason))
      case 'withdraw':
        return this.#withdraw(place, packet.id, packet.error)
      case 'settle':
        return futures.settle(
          packet.future,
          arrived(packet.ok ? { ok: true, value: packet.value } : { ok: false, error: packet.value }, undefined),
        )
      case 'ask':
        return futures.ask(place, packet.future, packet.id)
      case 'hold':
        return futures.passedOn(packet.future, { pid: packet.pid, place: packet.place, name: packet.name })
      case 'release':
        return futures.released(packet.future, packet.pid, packet.error)
      case 'watch':
        return watches.asked(place, packet.pid)
      case 'down':
        return packet.isLast
          ? watches.died(packet.pid, packet.reason)
          : watches.incarnationEnded(packet.pid, packet.reason)
      case 'want':
        return this.#want(place, packet.pid)
      case 'room':
        return rooms.room(packet.pid)
      case 'behind':
        return this.#reply(place, { kind: 'value', id: packet.id, value: this.deadlocks.behind(packet) })
      case 'apply':
      case 'gone':
      case 'keep':
      case 'letGo':
      case 'giveBack':
      case 'abort':
        return this.#parts.lending.receive(place, packet)
      default:
        throw new TypeError(`unknown packet: ${JSON.stringify(packet satisfies never)}`)
    }
  }

  #answered(place: Place, id: number, value: unknown): void {
    const { calls, lending } = this.#parts
    if (isScalar(value)) return void calls.answered(id, { ok: true, value })
    const call = calls.get(id)
    lending.answered(call, place)
    calls.answered(id, arrived({ ok: true, value }, call))
  }

  /** That thread is dead: nobody waits for its calls any more, and nothing that it asked for is begun. */
  placeDied(place: Place): void {
    const peer = this.#peers.get(place)
    this.#peers.delete(place)
    this.#last = undefined
    for (const { to, message } of peer?.open.values() ?? [])
      this.#parts.cells.get(to)?.cancel(message, 'the thread of the caller has died')
  }

  /** That thread is dead, and what it had sent has been read: closes the account with it, and gives how many messages are lost. */
  settle(place: Place, ledger: Ledger): number {
    const peer = this.#peers.get(place)
    const { toIt, fromIt, ...account } = ledger.settle(peer?.received ?? 0)
    peer?.receipt.close()
    this.#parts.counts.closed(account)
    return toIt + fromIt
  }

  /** Begins or ends observing of an object here; for the host's own use too, when the observer lives here. */
  observe(packet: ObservePacket, place: Place, reply: (reply: Reply) => void): void {
    const { to, from, id, on } = packet
    const cell = this.#parts.cells.get(to)
    const refuse = (error: Error): void => reply({ kind: 'error', id, error })
    if (cell === undefined) return refuse(this.#deadError(to, 'it cannot be observed'))
    const misfit = on ? misfitOf(packet, cell) : undefined
    if (misfit !== undefined) return refuse(new BadDefinition(misfit))
    const observer = observerOf(packet, place)
    if (!on) this.#observing.remove(to, from)
    else if (!this.observedBy(to, observer))
      cell.log.debug({ observer: from }, `${cell.name} is observed by ${packet.name} already`)
    this.#parts.noteObserver(to, observer, on)
    reply({ kind: 'value', id, value: undefined })
  }

  /** An object here is observed from now on; false if it was so already. */
  observedBy(observed: number, observer: Observer): boolean {
    const target = this.#parts.directory.at(observer)
    if (!this.#observing.add({ observed, observer, target })) return false
    if (observer.place !== this.#parts.here) this.#watchObserver(observer)
    return true
  }

  /** An observer is dead (S21), here or elsewhere: nobody is observed by it any more, and the kernel knows. */
  observerDied(pid: number): void {
    for (const { observed, observer } of this.#observing.died(pid)) this.#parts.noteObserver(observed, observer, false)
  }

  /** One that dies is taken off; of those of this thread the host tells. A reader is known to its thread alone, and dies with it. */
  #watchObserver({ pid, name, place, reads }: Observer): void {
    if (this.#watched.has(pid)) return
    this.#watched.add(pid)
    const told = (): void => {
      this.#watched.delete(pid)
      this.observerDied(pid)
      this.#parts.directory.died(name, pid)
    }
    this.#parts.watches.watch(pid, place, { of: reads === undefined ? 'object' : 'incarnation', told })
  }

  #call(place: Place, packet: CallPacket): void {
    const { futures } = this.#parts
    const peer = this.#peer(place)
    peer.received++
    peer.lastCall = packet.id
    const { id, method } = packet
    const loan = this.#loanOf(place, packet)
    if (peer.cancelled.size > 0 && peer.cancelled.delete(id)) {
      loan?.end()
      peer.receipt.dropped()
      this.#roomOf(packet.to)?.left(1)
      discard(packet.args)
      futures.release(packet.args, packet.to, () => givenUpUnbegun(`${this.#nameOf(packet.to)}.${method}`))
      return this.#parts.drop('cancelled', this.#letter(packet))
    }
    const cell = this.#parts.cells.get(packet.to)
    if (cell === undefined) {
      loan?.end()
      discard(packet.args)
      peer.receipt.dropped()
      this.#roomOf(packet.to)?.left(1)
      this.#parts.drop('receiver dead', this.#letter(packet))
      return this.#reply(place, { kind: 'error', id, error: this.#deadError(packet.to, `${method} was not begun`) })
    }
    if (Misread.is(packet.args)) {
      loan?.end()
      return this.#reply(place, { kind: 'error', id, error: this.#misread(packet, packet.args, peer) })
    }
    const call = new ArrivedCall(peer, place, { packet, loan })
    peer.open.add(call)
    cell.enqueue(call.message)
  }

  #tell(place: Place, packet: TellPacket): void {
    const { kind, to, from, method, context } = packet
    const peer = this.#peer(place)
    const { receipt } = peer
    peer.received++
    const loan = this.#loanOf(place, packet)
    const cell = this.#parts.cells.get(to)
    if (cell === undefined) {
      loan?.end()
      discard(packet.args)
      receipt.dropped()
      this.#roomOf(to)?.left(1)
      return this.#parts.drop('receiver dead', this.#letter(packet))
    }
    if (Misread.is(packet.args)) {
      loan?.end()
      return void this.#misread(packet, packet.args, peer)
    }
    cell.enqueue({
      kind,
      method,
      args: packet.args as unknown[],
      from,
      context,
      reply: undefined,
      own: undefined,
      receipt,
      loan,
    })
  }

  /** What a message brought could not be made again here by its codecs: it is not handled. Gives the error for whoever sent it. */
  #misread(packet: CallPacket | TellPacket, args: Misread, { receipt }: Peer): unknown {
    const { to, method } = packet
    const error = namingCall(args.error({ path: 'args', executed: 'no' }), `${this.#nameOf(to)}.${method}`)
    receipt.dropped()
    this.#roomOf(to)?.left(1)
    this.#parts.futures.release(args, to, () => error)
    this.#parts.drop('not cloneable', this.#letter(packet), packet.kind === 'call' ? undefined : () => String(error))
    return error
  }

  /** What a message has brought that it has to give back; asked right after it was read. */
  #loanOf(place: Place, { kind, to, method }: CallPacket | TellPacket): Loan | undefined {
    const { lending } = this.#parts
    if (!lending.hasArrivals) return undefined
    return lending.taken(place, undefined, () => ({
      pid: to,
      call: `${this.#nameOf(to)}.${method}`,
      givesBack: kind !== 'call',
    }))
  }

  /** The incarnation that has the message now. */
  #cellOf({ to }: ArrivedCall): Cell | undefined {
    return this.#parts.cells.get(to)
  }

  #want(place: Place, pid: number): void {
    const room = this.#roomOf(pid)
    // What has no room any more has no bound either: who stands in line may go on, to be refused.
    if (room instanceof BoundedBox) room.wanted(place)
    else this.#reply(place, { kind: 'room', pid })
  }

  #roomOf(pid: number): Room | undefined {
    return this.#parts.cells.get(pid)?.identity.room ?? this.#parts.deathOf(pid)?.room
  }

  #failed(id: number, error: unknown): void {
    const { calls, directory } = this.#parts
    const call = calls.answered(id, arrived({ ok: false, error }, calls.get(id)))
    // That is how a thread hears of the death of one that it does not watch.
    if (call?.to !== undefined && error instanceof ActorDead && error.actor === call.name)
      directory.died(call.name, call.to)
  }

  #cancel(place: Place, id: number, reason: unknown): void {
    const peer = this.#peer(place)
    const open = peer.open.get(id)
    if (open === undefined) {
      if (id > peer.lastCall) peer.cancelled.add(id)
    } else if (this.#cellOf(open)?.cancel(open.message, reason) === true) peer.open.delete(id)
  }

  /** The caller wants the call back, and to be told so: unless it was begun, in which case its answer tells. */
  #withdraw(place: Place, id: number, error: unknown): void {
    const peer = this.#peer(place)
    const open = peer.open.get(id)
    if (open === undefined) {
      if (id <= peer.lastCall) return
      peer.cancelled.add(id)
    } else if (this.#cellOf(open)?.takeOut(open.message) === true) peer.open.delete(id)
    else return
    this.#reply(place, { kind: 'error', id, error })
  }

  #answer({ id, to, place, message }: ArrivedCall, outcome: Outcome, turn: Turn | undefined): Streaming | undefined {
    const { largeCopies, lending } = this.#parts
    const { method, loan } = message
    if (outcome.ok && isScalar(outcome.value) && largeCopies.isOff) {
      this.#sendAnswer(place, { kind: 'value', id, value: outcome.value })
      loan?.end()
      return undefined
    }
    const before = largeCopies.ofResult(() => `${this.#nameOf(to)}.${method}`)
    try {
      return lending.answering({ outcome, turn, place, loan }, () => {
        if (outcome.ok) return this.#sendAnswer(place, { kind: 'value', id, value: outcome.value }, { before })
        return this.#sendAnswer(place, { kind: 'error', id, error: outcome.error })
      })
    } catch (error) {
      this.#reply(place, { kind: 'error', id, error: namingCall(error, `${this.#nameOf(to)}.${method}`) })
      loan?.end()
      return undefined
    }
  }

  #reply(place: Place, reply: Reply): void {
    // A dead thread waits for no answer.
    this.#sendAnswer(place, reply)
  }

  /** Whether it was sent: false where that thread is dead. */
  #sendAnswer(place: Place, reply: Reply, leaving?: Leaving): boolean {
    const isSent = this.#parts.routes.send(place, 'answer', reply, leaving)
    if (!isSent && reply.kind === 'value') closeUnclaimed(reply.value)
    return isSent
  }

  /** The message of a call of that thread that is not answered; `unread`: it has not arrived. */
  #messageOf(place: Place, id: number): Message | 'unread' | undefined {
    const peer = this.#peers.get(place)
    return id > (peer?.lastCall ?? 0) ? 'unread' : peer?.open.get(id)?.message
  }

  #peer(place: Place): Peer {
    if (this.#last?.place === place) return this.#last
    return (this.#last = this.#peers.get(place) ?? this.#newPeer(place))
  }

  #newPeer(place: Place): Peer {
    const { begun, counts, routes } = this.#parts
    const open = new ByNumber<ArrivedCall>()
    const peer: Peer = {
      place,
      received: 0,
      lastCall: 0,
      open,
      cancelled: new Set(),
      begun,
      receipt: new SenderReceipt(counts, routes.met(place)?.ledger),
      answer: (call, outcome, turn) => {
        open.delete(call.id)
        return this.#answer(call, outcome, turn)
      },
    }
    this.#peers.set(place, peer)
    return peer
  }

  #letter({ kind, method, to, from }: CallPacket | TellPacket): Undelivered {
    return { kind, method, to: { name: this.#nameOf(to), pid: to }, from }
  }

  #nameOf(pid: number): string {
    return this.#parts.cells.get(pid)?.name ?? this.#parts.deathOf(pid)?.name ?? `object ${pid}`
  }

  #deadError(pid: number, what: string): ActorDead {
    return new ActorDead(this.#nameOf(pid), `${this.#parts.deathOf(pid)?.reason ?? 'it has ended'}; ${what}`, {
      executed: 'no',
    })
  }
}

function observerOf({ from, name, bound, reads }: ObservePacket, place: Place): Observer {
  return { name, pid: from, place, level: 0, bound, reads }
}

/** Why one may not observe an object whose class lists its output methods (S22). */
function misfitOf({ methods, reads }: ObservePacket, { name, traits }: Cell): string | undefined {
  const events = traits?.events ?? []
  if (events.length === 0) return undefined
  if (reads === undefined) {
    const missing = events.filter((event) => !methods.includes(event))
    if (missing.length === 0) return undefined
    return (
      `an observer of ${name} must have its output methods ${events.join(', ')}; this one lacks ${missing.join(', ')}` +
      `${nearText(missing, methods)}; declare it in the Task itself (an empty body will do)`
    )
  }
  const unknown = reads.only?.filter((event) => !events.includes(event)) ?? []
  if (unknown.length === 0) return undefined
  return `events(${name}, { only }): ${name} has the output methods ${events.join(', ')}, and not ${unknown.join(', ')}`
}

function nearText(missing: readonly string[], methods: readonly string[]): string {
  const near = missing.flatMap((name) => nearNames(name, methods))
  return near.length === 0 ? '' : ` (it has ${near.join(', ')})`
}
