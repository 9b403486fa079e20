/**
 * The accounts that threads keep with each other, as the kernel knows them: a ledger for each two that have been introduced, and what those
 * have counted that have ended. So the sums of a system stay right whoever dies (S1).
 *
 *   introduced ─▶ open ──one dies──▶ the other closes it (`mourned`) ─▶ forgotten
 *                   ╰──both die, before that could be────────────────▶ the kernel counts what is lost
 */

import type { Counters, Place } from '../wire/kernel-protocol.ts'
import { sumOf, type Counts } from './counts.ts'
import { Ledger } from './ledger.ts'

/** The ledger of two threads, and which side of it is whose. */
interface Account {
  readonly ledger: SharedArrayBuffer
  readonly side: 0 | 1
}

export class Accounts {
  readonly #open = new Map<Place, Map<Place, Account>>()
  #ended: Counters = { sent: 0, handled: 0, unasked: 0, dropped: {} }

  /** What those threads have counted that have ended. */
  get ended(): Counters {
    return this.#ended
  }

  /** Opens the account of two threads that are being introduced, of which `one` has side 0; undefined if they have been. */
  meet(one: Place, other: Place): SharedArrayBuffer | undefined {
    if (this.#open.get(one)?.has(other) === true) return undefined
    const ledger = Ledger.create()
    this.#of(one).set(other, { ledger, side: 0 })
    this.#of(other).set(one, { ledger, side: 1 })
    return ledger
  }

  /** One of the two is dead, and the other has closed its account. */
  closed(one: Place, other: Place): void {
    this.#forget(one, other)
    this.#forget(other, one)
  }

  /** A thread has ended: takes over what it has counted, and counts what nobody else can know to be lost with it. */
  end(place: Place, counts: Counts, isThere: (place: Place) => boolean): void {
    let lost = 0
    const open = { sent: 0, taken: 0 }
    for (const [other, { ledger, side }] of [...(this.#open.get(place) ?? [])]) {
      const { sent, taken } = new Ledger(ledger, side).totals
      open.sent += sent
      open.taken += taken
      if (isThere(other)) continue
      lost += Ledger.lost(ledger)
      this.closed(place, other)
    }
    lost += counts.lostWith(open)
    const dropped: Counters['dropped'] = lost === 0 ? {} : { 'thread died': lost }
    this.#ended = sumOf([this.#ended, counts.read(), { sent: 0, handled: 0, unasked: 0, dropped }])
  }

  #of(place: Place): Map<Place, Account> {
    let accounts = this.#open.get(place)
    if (accounts === undefined) this.#open.set(place, (accounts = new Map()))
    return accounts
  }

  #forget(place: Place, other: Place): void {
    const accounts = this.#open.get(place)
    if (accounts?.delete(other) === true && accounts.size === 0) this.#open.delete(place)
  }
}
