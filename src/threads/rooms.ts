/**
 * Bounded mailboxes, seen from the sender (S8): room is taken before a message leaves, so memory is bounded also when the receiver is
 * stuck.
 *
 *   sender                          shared counter of the object          receiver
 *   enter(): add 1 ───────────────▶ ┌───┐                ◀── subtract 1 ── the message is begun, refused, dropped or taken back
 *     was it below the limit?       │ n │                ◀── add ───────── postponed ones are back
 *     no: subtract again            └───┘
 *       reject:      MailboxFull                         limit: the capacity; twice that with drop-oldest, of which
 *       drop-newest: counted, gone                              the receiver's mailbox holds one and the road the other
 *       wait:        wanted ─────────────────────────────────────────────▶ as soon as there is room:
 *       drop-oldest:  try again, in order ◀────────────────────── `room` ── tell who waits
 *                     (of a full line the oldest goes)
 *
 * Invariant: the counter is the number of messages that have entered and are not begun, on the road or in the mailbox; never above the
 * limit but for senders that are between their add and their subtract, for postponed ones that are back, and for what was handed over.
 * Those between subtract what they added, and ask for room *after* that; the receiver, asked, looks at the counter: so a wish for room is
 * never lost.
 *
 * A thread that leaves, or whose receivers are about to stop, hands over what stands in its lines (S1, S30): there is nobody who could wait
 * any longer. That is once, and no more than the lines hold, so memory stays bounded.
 *
 * With drop-oldest a message is dropped only where as many newer ones as the mailbox holds are kept, behind it at the same place.
 */

import { MailboxFull } from '../core/errors.ts'
import type { Bound, MailboxPolicy, Overflow, Room } from '../core/mailbox.ts'
import type { Location, Place, ToKernel } from '../wire/kernel-protocol.ts'
import type { Reply } from '../wire/protocol.ts'
import { Fifo } from '../wire/fifo.ts'
import type { RoomCounters } from './room-counters.ts'

/** A message that has been written and waits for room. */
export interface WaitingSend {
  /** The name of the method. */
  readonly method: string
  /** Sends it; room has been taken. */
  go(): void
  fail(error: unknown): void
  /** Nobody waits for it any more: it is not sent. */
  isStale(): boolean
}

export interface RoomsOptions {
  readonly here: Place
  /** Those of this thread's own objects. */
  readonly counters: RoomCounters
  /** The counters of the objects of another thread; undefined until this one has been introduced to it. */
  readonly countersOf: (place: Place) => RoomCounters | undefined
  readonly isDead: (place: Place) => boolean
  /** Sees that this thread is introduced to that one; `introduced(place)` follows. */
  readonly introduce: (place: Place) => void
  /** Sends to another thread, or handles what was to be sent to this one: `want` asks the receiver to say when there is `room`. */
  readonly send: (place: Place, reply: AboutRoom) => void
  readonly receive: (reply: AboutRoom) => void
  readonly tell: (message: ToKernel) => void
  /** Hears what the kernel has told meanwhile, as an introduction, though the thread's event loop has no turn. */
  readonly hear: () => void
}

type AboutRoom = Extract<Reply, { readonly kind: 'want' | 'room' }>

interface Line {
  readonly location: Location
  readonly bound: Bound
  readonly waiting: Fifo<WaitingSend>
  /** How many found no room before their receiver's counters were known. */
  missed: number
  /** What is done once nobody stands in it. */
  readonly after: (() => void)[]
}

export class Rooms {
  readonly #options: RoomsOptions
  /** Who stands in line for which object. */
  readonly #lines = new Map<number, Line>()
  /** That of the last box. */
  #policy: MailboxPolicy | undefined

  constructor(options: RoomsOptions) {
    this.#options = options
  }

  /**
   * Takes room for one message: `entered`. Otherwise the caller makes a WaitingSend and calls `wait`, or the mailbox is full: `full`.
   */
  enter(location: Location, bound: Bound): 'entered' | 'wait' | 'full' {
    const entry = this.#enter(location, bound)
    if (entry === 'full') this.#miss(location, bound)
    return entry
  }

  #enter(location: Location, bound: Bound): 'entered' | 'wait' | 'full' {
    const counters = this.#countersOf(location.place)
    const line = this.#lines.size === 0 ? undefined : this.#lines.get(location.pid)
    // Nobody overtakes those who stand in line (S2).
    if (line === undefined && counters !== undefined && this.#tryEnter(counters, location, bound)) return 'entered'
    const { overflow, capacity } = bound
    // Nothing is counted there any more; that it cannot be sent is told by whoever tries.
    if (counters === undefined && this.#options.isDead(location.place)) return 'entered'
    if (line === undefined && counters !== undefined) return LINES_UP[overflow] ? 'wait' : 'full'
    if (overflow === 'drop-oldest') return 'wait'
    // The line is as long as the mailbox, and as both while only the line is known.
    const longest = overflow === 'wait' && counters === undefined ? 2 * capacity : capacity
    return (line?.waiting.size ?? 0) < longest ? 'wait' : 'full'
  }

  /** Whether no message finds room there, as far as this thread can see. */
  isFull({ place }: { readonly place: Place }, bound: Bound): boolean {
    const counters = this.#countersOf(place)
    return counters !== undefined && counters.taken(bound.slot) >= limitOf(bound)
  }

  /** Gives back the room of a message that was not sent after all. */
  leave({ place }: Location, { slot }: Bound): void {
    this.#countersOf(place)?.giveBack(slot, 1)
  }

  /** Puts a message into the line of its receiver; where the line drops its oldest, that one fails. */
  wait(location: Location, bound: Bound, send: WaitingSend): void {
    const line = this.#lines.get(location.pid)
    if (line !== undefined) {
      line.waiting.push(send)
      // Code that sends without an end would never hear of an introduction, and all it sends would wait here.
      if (line.waiting.size % HEARD_EACH === 0 && this.#countersOf(location.place) === undefined) this.#options.hear()
      if (bound.overflow === 'drop-oldest' && line.waiting.size > bound.capacity) this.#fail(line, line.waiting.take()!)
      return
    }
    const waiting = new Fifo<WaitingSend>()
    waiting.push(send)
    this.#lines.set(location.pid, { location, bound, waiting, missed: 0, after: [] })
    if (this.#countersOf(location.place) === undefined) this.#options.introduce(location.place)
    else this.#send(location.place, { kind: 'want', pid: location.pid })
  }

  /** There is room, or there may be. */
  room(pid: number): void {
    const line = this.#lines.get(pid)
    if (line === undefined) return
    const { location, bound, waiting } = line
    const counters = this.#countersOf(location.place)
    if (counters === undefined) return
    this.#tellMissed(line, counters)
    // Each is taken out before it goes or fails, which may bring others into the line, or this method to be called again.
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      const isStale = next.isStale()
      const enters = !isStale && this.#tryEnter(counters, location, bound)
      if (!isStale && !enters && LINES_UP[bound.overflow]) return this.#send(location.place, { kind: 'want', pid })
      waiting.take()
      if (enters) next.go()
      // It stood in line only because the two threads did not know each other yet.
      else this.#fail(line, next)
    }
    this.#endLine(pid, line)
  }

  /** Lets all that stands in line leave, whether there is room or not; true if some waits for its thread to be known. */
  handOver(): boolean {
    let isWaiting = false
    for (const [pid, line] of [...this.#lines]) {
      const { location, bound, waiting } = line
      const counters = this.#countersOf(location.place)
      if (counters === undefined) {
        // Of those to a dead thread whoever buries that one tells.
        isWaiting ||= !this.#options.isDead(location.place)
        continue
      }
      this.#tellMissed(line, counters)
      for (let next = waiting.take(); next !== undefined; next = waiting.take())
        if (!next.isStale()) {
          counters.take(bound.slot)
          next.go()
        }
      this.#endLine(pid, line)
    }
    return isWaiting
  }

  /** Does it once all that stands in line for that object now has gone, or failed; at once where nothing does. */
  afterLine(pid: number, then: () => void): void {
    const line = this.#lines.get(pid)
    if (line === undefined) then()
    else line.after.push(then)
  }

  #tellMissed(line: Line, counters: RoomCounters): void {
    if (line.missed > 0) counters.miss(line.bound.slot, line.missed)
    line.missed = 0
  }

  #endLine(pid: number, line: Line): void {
    if (this.#lines.get(pid) !== line) return
    this.#lines.delete(pid)
    for (const then of line.after) then()
  }

  /** What stands in line goes no further, unless nobody waits for it any more. */
  #fail({ location, bound }: Line, send: WaitingSend): void {
    if (send.isStale()) return
    this.#miss(location, bound)
    send.fail(fullError(location, bound, send.method))
  }

  /** A message has found no room: its receiver may want to know how many have not. */
  #miss({ pid, place }: Location, { slot }: Bound): void {
    const counters = this.#countersOf(place)
    if (counters !== undefined) return counters.miss(slot, 1)
    const line = this.#lines.get(pid)
    if (line !== undefined) line.missed++
  }

  /** The receiver's end of the mailbox of an object of this thread. */
  boxFor(pid: number, { capacity, overflow }: MailboxPolicy, slot: number): BoundedBox {
    // Mostly the same as before, and there may be very many.
    if (this.#policy?.capacity !== capacity || this.#policy.overflow !== overflow) this.#policy = { capacity, overflow }
    return new BoundedBox(this, pid, { policy: this.#policy, slot })
  }

  /** Those of this thread's own objects. */
  get counters(): RoomCounters {
    return this.#options.counters
  }

  /** There is room in the mailbox of an object of this thread, for which senders of that one wait. */
  tell(place: Place, pid: number): void {
    this.#send(place, { kind: 'room', pid })
  }

  /** This thread now knows the counters of that one. */
  introduced(place: Place): void {
    for (const [pid, line] of [...this.#lines]) if (line.location.place === place) this.room(pid)
  }

  /** That thread is dead: nothing that stands in line for it is sent. */
  placeDied(place: Place, errorOf: (name: string, method: string) => unknown): void {
    for (const [pid, { location, waiting }] of [...this.#lines]) {
      if (location.place !== place) continue
      this.#lines.delete(pid)
      for (let next = waiting.take(); next !== undefined; next = waiting.take())
        next.fail(errorOf(location.name, next.method))
    }
  }

  #countersOf(place: Place): RoomCounters | undefined {
    return place === this.#options.here ? this.#options.counters : this.#options.countersOf(place)
  }

  #send(place: Place, reply: AboutRoom): void {
    if (place === this.#options.here) this.#options.receive(reply)
    else this.#options.send(place, reply)
  }

  /** So many messages wait for that object: somebody should know. */
  #crowded({ pid, name, place }: Location, waiting: number): void {
    this.#options.tell({ kind: 'crowded', pid, name, place, waiting })
  }

  #tryEnter(counters: RoomCounters, location: Location, bound: Bound): boolean {
    const { slot } = bound
    const before = counters.take(slot)
    if (before >= limitOf(bound)) {
      counters.giveBack(slot, 1)
      return false
    }
    if (counters.isCrowded(slot, before + 1)) this.#crowded(location, before + 1)
    return true
  }
}

/** After how many messages that wait for an introduction it is looked whether that has come. */
const HEARD_EACH = 64

/** With which overflow a message that finds no room stands in line. */
const LINES_UP: Readonly<Record<Overflow, boolean>> = {
  reject: false,
  'drop-newest': false,
  wait: true,
  'drop-oldest': true,
}

/** Up to how many messages enter: what the receiver's mailbox keeps of them is for the receiver to say. */
function limitOf({ capacity, overflow }: Bound): number {
  return overflow === 'drop-oldest' ? 2 * capacity : capacity
}

/** The error for a message that finds no room. */
export function fullError(
  { name }: { readonly name: string },
  { capacity, overflow }: Bound,
  method: string,
): MailboxFull {
  return new MailboxFull(name, { method, capacity, overflow })
}

/**
 * A mailbox for so many, which then may be taken for fuller than it is, by less than a sixteenth of this, while its object is taking messages from
 * it; smaller ones are exact.
 */
const LARGE = 1_024

/** The receiver's end of one bounded mailbox, and its bound: one object, since there may be very many. */
export class BoundedBox implements Room, Bound {
  readonly slot: number
  readonly #pid: number
  readonly #policy: MailboxPolicy
  readonly #rooms: Pick<Rooms, 'tell' | 'counters'>
  /** Made when first used. */
  #wanted: Set<Place> | undefined

  constructor(
    rooms: Pick<Rooms, 'tell' | 'counters'>,
    pid: number,
    { policy, slot }: { readonly policy: MailboxPolicy; readonly slot: number },
  ) {
    this.#rooms = rooms
    this.#pid = pid
    this.#policy = policy
    this.slot = slot
  }

  get capacity(): number {
    return this.#policy.capacity
  }

  get overflow(): Overflow {
    return this.#policy.overflow
  }

  get mostUntold(): number {
    return this.capacity >= LARGE ? LARGE / 16 : 1
  }

  left(messages: number): void {
    const before = this.#rooms.counters.giveBack(this.slot, messages)
    if (this.#wanted !== undefined && before - messages < limitOf(this)) this.#tellAll()
  }

  back(count: number): void {
    this.#rooms.counters.takeAgain(this.slot, count)
  }

  missed(): void {
    this.#rooms.counters.miss(this.slot, 1)
  }

  /** How many messages have found no room so far, wherever they were dropped. */
  get allMissed(): number {
    return this.#rooms.counters.missed(this.slot)
  }

  /** Senders of that thread wait for room. */
  wanted(place: Place): void {
    ;(this.#wanted ??= new Set()).add(place)
    if (this.#rooms.counters.taken(this.slot) < limitOf(this)) this.#tellAll()
  }

  #tellAll(): void {
    const places = this.#wanted ?? []
    this.#wanted = undefined
    for (const place of places) this.#rooms.tell(place, this.#pid)
  }
}
