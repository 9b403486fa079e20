/**
 * What waits for an object: first in, first out (S2), and the messages that were postponed (S25).
 *
 *   postponed (oldest first)        waiting
 *   ┌───┬───┐                       ┌───┬───┬───┐
 *   │ b │ e │ ──next change of──▶   │ b │ e │ f │ g │ …   take from the left
 *   └───┴───┘        State          └───┴───┴───┘
 *
 * Death notices, and errors of the object's own callbacks, are *urgent*: they overtake all of these (S3).
 *
 * A mailbox is bounded by its Room (S8): senders have taken room there for what they put, and it tells of each message that leaves.
 * Timers and what is urgent take no room. Postponed messages take none either while they are postponed: they have a bound of their own, as
 * large again, so that a full house of them never keeps out the message that would change the State (docs/decisions/0009).
 *
 * Nothing in here is kept for the messages of one that has none, so that an idle object is small.
 */

import { wasSent, type Message } from './message.ts'

/**
 * What happens to a message that finds a mailbox full: it is refused with MailboxFull, waits at its sender, or is dropped; or the one that
 * has waited longest is.
 */
export const OVERFLOWS = ['reject', 'wait', 'drop-newest', 'drop-oldest'] as const
export type Overflow = (typeof OVERFLOWS)[number]

/** The bound of a mailbox (S8). */
export interface MailboxPolicy {
  /** How many messages it holds, those on the road included; as many again may be postponed. */
  readonly capacity: number
  /**
   * What happens to one more: it is refused with MailboxFull (`reject`), waits at its sender, in order (`wait`), or is dropped there
   * (`drop-newest`); or the one that has waited longest is dropped by the receiver (`drop-oldest`). Of what is dropped a call rejects with
   * MailboxFull, a tell is a dead letter.
   */
  readonly overflow: Overflow
}

/** What objects have whose definition and system say nothing else. */
export const DEFAULT_MAILBOX: MailboxPolicy = { capacity: 65_536, overflow: 'reject' }

/** The counter is a word of 32 bits, drop-oldest lets in twice as many, and senders may overshoot it for a moment. */
const MOST_CAPACITY = 500_000_000

export const EXPECTED_MAILBOX =
  `{ capacity, overflow }, a whole number from 1 to ${MOST_CAPACITY} or Infinity, and one of ` +
  OVERFLOWS.map((overflow) => `'${overflow}'`).join(', ')

/** Whether a value says how a mailbox is bounded, or some of it. */
export function isMailbox(value: unknown): value is Partial<MailboxPolicy> {
  if (typeof value !== 'object' || value === null) return false
  const { capacity = Infinity, overflow = 'reject', ...rest } = value as Record<string, unknown>
  const isCount = Number.isSafeInteger(capacity) && (capacity as number) > 0 && (capacity as number) <= MOST_CAPACITY
  return (
    (isCount || capacity === Infinity) && OVERFLOWS.some((one) => one === overflow) && Object.keys(rest).length === 0
  )
}

/** A bounded mailbox, and where its messages are counted. */
export interface Bound extends MailboxPolicy {
  /** The counter's place among those of its thread. */
  readonly slot: number
}

/** Where the room that messages take is counted, for senders in other threads to see. */
export interface Room extends Bound {
  /** How many that were begun it may be told of later, together: each time its counter is written is one more that its senders must read it anew. */
  readonly mostUntold: number
  /** So many messages have left the mailbox: begun, taken back, or refused. */
  left(messages: number): void
  /** So many that had left are back: they were postponed. */
  back(count: number): void
  /** A message that had come was dropped for want of room. */
  missed(): void
}

/** Of all that have no message: most of very many objects have none. */
const NONE: (Message | undefined)[] = Object.freeze<(Message | undefined)[]>([]) as (Message | undefined)[]

export class Mailbox {
  readonly #room: Room | undefined
  #waiting = NONE
  /** Everything before it has been taken. */
  #head = 0
  #postponed: Message[] | undefined
  /** undefined where there is none; those before #urgentHead have been taken. */
  #urgent: Message[] | undefined
  #urgentHead = 0
  /** How many of the waiting ones take room. */
  #taking = 0
  /** How many were taken that the Room has not been told of. */
  #untold = 0

  constructor(room?: Room) {
    this.#room = room
  }

  /** Messages that are not begun, the postponed ones included. */
  get length(): number {
    return this.waiting + this.postponed
  }

  /** Messages that could be taken now. */
  get waiting(): number {
    return this.#waiting.length - this.#head + (this.#urgent === undefined ? 0 : this.#urgent.length - this.#urgentHead)
  }

  get hasUrgent(): boolean {
    return this.#urgent !== undefined
  }

  get postponed(): number {
    return this.#postponed?.length ?? 0
  }

  put(message: Message): void {
    if (this.#waiting === NONE) this.#waiting = [message]
    else this.#waiting.push(message)
    if (wasSent(message)) this.#taking++
  }

  /** Takes out the oldest of those that are too many, where the bound says so; undefined while there is room. */
  takeOverflow(): Message | undefined {
    const room = this.#room
    if (room === undefined || this.#taking <= room.capacity || room.overflow !== 'drop-oldest') return undefined
    let at = this.#head
    while (!wasSent(this.#waiting[at]!)) at++
    if (at === this.#head) return this.#left(this.#takeFirst())
    const [oldest] = this.#waiting.splice(at, 1)
    return this.#left(oldest)
  }

  putUrgent(message: Message): void {
    ;(this.#urgent ??= []).push(message)
  }

  take(): Message | undefined {
    if (this.#urgent !== undefined) return this.#takeUrgent(this.#urgent)
    const message = this.#takeFirst()
    if (message === undefined || this.#room === undefined || !wasSent(message)) return message
    this.#taking--
    if (++this.#untold >= this.#room.mostUntold) this.tellLeft()
    return message
  }

  #takeUrgent(urgent: readonly Message[]): Message {
    const message = urgent[this.#urgentHead++]!
    if (this.#urgentHead === urgent.length) this.#clearUrgent()
    return message
  }

  #clearUrgent(): readonly Message[] {
    const rest = this.#urgent?.slice(this.#urgentHead) ?? []
    this.#urgent = undefined
    this.#urgentHead = 0
    return rest
  }

  /** No message is taken for now: the Room is told of those that were. */
  tellLeft(): void {
    if (this.#untold === 0) return
    const untold = this.#untold
    this.#untold = 0
    this.#room?.left(untold)
  }

  #takeFirst(): Message | undefined {
    if (this.#head === this.#waiting.length) return undefined
    const message = this.#waiting[this.#head]
    this.#waiting[this.#head++] = undefined
    if (this.#head === this.#waiting.length) {
      this.#waiting = NONE
      this.#head = 0
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#waiting.length) {
      // Amortised: each message is moved at most once for each time that half of the array was taken.
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return message
  }

  /** Keeps a message that was taken until the next change of State. Gives the one that cannot be kept, where too many are. */
  postpone(message: Message): Message | undefined {
    const postponed = (this.#postponed ??= [])
    const { capacity = Infinity, overflow = 'reject' } = this.#room ?? {}
    if (postponed.length >= capacity && overflow !== 'drop-oldest') return message
    postponed.push(message)
    return postponed.length > capacity ? postponed.shift() : undefined
  }

  /** Puts the postponed ones before all that waits, oldest first; called at each change of State. */
  restorePostponed(): void {
    if (this.#postponed === undefined) return
    let taking = 0
    for (const message of this.#postponed) if (wasSent(message)) taking++
    this.#taking += taking
    if (taking > 0) this.#room?.back(taking)
    this.#waiting = [...this.#postponed, ...this.#waiting.slice(this.#head)]
    this.#head = 0
    this.#postponed = undefined
  }

  /** Takes the first message that `may` run beside others and that overtakes none of its own sender (S2). */
  takeBeside(may: (message: Message) => boolean): Message | undefined {
    const senders = new Set<number>()
    for (const message of this.#postponed ?? []) senders.add(message.from)
    for (let i = this.#head; i < this.#waiting.length; i++) {
      const message = this.#waiting[i]!
      if (may(message) && !senders.has(message.from)) {
        this.#waiting.splice(i, 1)
        return this.#left(message)
      }
      senders.add(message.from)
    }
    return undefined
  }

  /** Whether a message may begin beside others: all that its sender has sent before it, and that waits, may too (S2). */
  isFree(message: Message, may: (message: Message) => boolean): boolean {
    if (!may(message)) return false
    for (const other of [...(this.#postponed ?? []), ...this.#waiting.slice(this.#head)]) {
      if (other === message) return true
      if (other!.from === message.from && !may(other!)) return false
    }
    return true
  }

  /** Takes one message out, wherever it stands; false if it is not here. */
  remove(message: Message): boolean {
    const at = this.#waiting.indexOf(message, this.#head)
    if (at >= 0) {
      this.#waiting.splice(at, 1)
      this.#left(message)
      return true
    }
    const postponedAt = this.#postponed?.indexOf(message) ?? -1
    if (postponedAt < 0) return false
    this.#postponed!.splice(postponedAt, 1)
    return true
  }

  /** Takes all, postponed ones first. */
  takeAll(): Message[] {
    this.restorePostponed()
    const all = [...this.#clearUrgent(), ...(this.#waiting.slice(this.#head) as Message[])]
    this.#waiting = NONE
    this.#head = 0
    for (const message of all) this.#left(message)
    // Nothing may follow, and whoever gets its place in the counters finds them at 0.
    this.tellLeft()
    return all
  }

  /** Leaves what waits for the next incarnation, postponed ones first, and gives what was meant for this one only: what is urgent, and news. */
  forSuccessor(): Message[] {
    this.restorePostponed()
    const waiting = this.#waiting.slice(this.#head) as Message[]
    // A notice that was postponed stands among the others.
    const urgent = [...this.#clearUrgent(), ...waiting.filter(({ kind }) => kind === 'down' || kind === 'io')]
    this.#waiting = waiting.filter(wasSent)
    this.#head = 0
    return urgent
  }

  /** A message that had taken room was not put in: the object had ended. */
  turnAway(message: Message): void {
    if (wasSent(message)) this.#room?.left(1)
  }

  #left<M extends Message | undefined>(message: M): M {
    if (message !== undefined && wasSent(message)) {
      this.#taking--
      this.#room?.left(1)
    }
    return message
  }
}
