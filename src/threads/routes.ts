/**
 * The roads from this thread to the others: one Link for each thread that it talks to.
 *
 *   unknown ──first packet──▶ asked (packets are held) ──introduced──▶ open ──thread died──▶ read to its end ──▶ dead
 *
 * Until the kernel has introduced the two threads, packets are held here, in order; they never take another way (S2). When the other
 * thread has died, what it had sent is read to the end before anybody is told of the death (S12).
 */

import { Graves } from './graves.ts'
import { ByteReader } from '../wire/byte-reader.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import type { References } from '../wire/codec.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { openLink, type LinkHalf } from '../wire/link-pair.ts'
import { ENOUGH, type Lane, type Link, type WireRecord } from '../wire/link.ts'
import { closeEach, movesIn, takeOver } from '../wire/movables.ts'
import { isMessage, readPacket, writePacket } from '../wire/packet-codec.ts'
import { RingRecord } from '../wire/ring.ts'
import { Spare } from '../wire/spare.ts'
import type { Packet } from '../wire/protocol.ts'
import { DeadPlaces, MOST_GRAVES, THREAD_DIED } from './dead-places.ts'
import { Ledger } from './ledger.ts'
import type { ThreadMemory } from './shared-state.ts'

/** What is to be seen to when a packet leaves. */
export interface Leaving {
  /** Runs once the packet is written, as so many bytes, and before it leaves. */
  readonly before?: ((bytes: number) => void) | undefined
  /** Nobody waits for it any more: if it has not left yet, it does not. */
  readonly isStale?: () => boolean
  /** Others get it, too: what should move with it is copied. */
  readonly keeps?: boolean | undefined
}

interface HeldPacket {
  readonly lane: Lane
  readonly record: WireRecord
  readonly isStale: (() => boolean) | undefined
  /** Whether it is a message: what is lost of those is counted. */
  readonly counts: boolean
}

interface OpenRoute {
  readonly kind: 'open'
  readonly link: Link
  readonly memory: ThreadMemory
  readonly ledger: Ledger
}

type Route = { readonly kind: 'asked'; readonly held: HeldPacket[] } | OpenRoute

/** A packet that is to leave at once. */
interface Written {
  readonly writer: ByteWriter
  readonly attachments: readonly unknown[]
  readonly counts: boolean
}

const NOTHING: Leaving = {}

/** A thread that this one is introduced to. */
export interface Introduction {
  readonly half: LinkHalf
  readonly memory: ThreadMemory
  readonly ledger: Ledger
}

/** What the death of a thread means to what this one has sent there. */
export interface Loss {
  /** Messages that will never be handled: those to it, and those from it that never left it. */
  readonly messages: number
  /** Whether it may have begun the call of that number. */
  readonly mayHaveBegun: (id: number) => boolean
}

export interface RoutesOptions {
  readonly here: Place
  readonly references: References
  /** Sends what waits for room, whether there is any or not; true if some waits for an introduction. */
  readonly handOverLines: () => boolean
  /** Asks the kernel to introduce this thread to that one. */
  readonly introduce: (place: Place) => void
  readonly receive: (place: Place, packet: Packet) => void
  /** Closes the account with a dead thread; gives how many messages are lost. */
  readonly settle: (place: Place, ledger: Ledger) => number
  /** So many messages are lost that were held for a thread that has died before the two were introduced. */
  readonly lostUnmet: (messages: number) => void
  /** A message that was held left no more, since nobody waits for it. */
  readonly stale: () => void
  /** Whether this thread was given up: others have taken it for dead since, and it sends nothing more (S37). */
  readonly isFenced: () => boolean
  /** A record that is no packet: a fault of tsworks, or of another version of it. */
  readonly unreadable: (place: Place, error: unknown) => void
  readonly onReadable: () => void
  readonly onWoken: () => void
}

/** Errors in reading what a dead thread has sent, before the rest is given up. */
const MOST_ERRORS = 10

/** Records taken from one link in a row. */
const BATCH = 256

/**
 * A record of so many bytes is the last one of a reading: what it brings is handled while the other side writes the next one. Of eight texts of 64 KB
 * there and back, twice as many go so as where all are taken in before the first is handled.
 */
const LONG_RECORD = 16 * 1024

export class Routes {
  readonly #options: RoutesOptions
  /** To those that are not dead: each turn goes over them. */
  readonly #routes = new Map<Place, Route>()
  readonly #dead = new DeadPlaces()
  readonly #graves = new Graves<Place, string>(MOST_GRAVES)
  /** Who waits until all has left. */
  readonly #handOvers: (() => void)[] = []
  /** Several, since a value that is being written may run a getter that sends in its turn. */
  readonly #writers = new Spare(() => new ByteWriter())
  readonly #readers = new Spare(() => new ByteReader())

  constructor(options: RoutesOptions) {
    this.#options = options
  }

  /**
   * Sends a packet; throws NotCloneable, with nothing sent. `false`: that thread is dead, or this one was given up; nothing was sent.
   */
  send(place: Place, lane: Lane, packet: Packet, leaving: Leaving = NOTHING): boolean {
    if (this.isDead(place) || this.#options.isFenced()) return false
    const route = this.#route(place)
    const writer = this.#writers.take()
    try {
      const { references } = this.#options
      const attachments = writePacket(writer, packet, { references, keeps: leaving.keeps })
      const counts = isMessage(packet)
      if (route.kind === 'open') {
        leaving.before?.(writer.length + writer.beside)
        sendWritten(route, lane, { writer, attachments, counts })
      } else {
        // What moves is the sender's no more, also while it waits here.
        const taken = takeOver(attachments)
        leaving.before?.(writer.length + writer.beside)
        route.held.push({ lane, record: recordOf(writer, taken), isStale: leaving.isStale, counts })
      }
    } finally {
      writer.reset()
      this.#writers.giveBack(writer)
    }
    return true
  }

  /** The kernel has introduced this thread to that one. */
  introduced(place: Place, { half, memory, ledger }: Introduction): void {
    const before = this.#routes.get(place)
    if (before?.kind === 'open' || this.isDead(place)) return
    const { onReadable, onWoken } = this.#options
    const link = openLink(half, { onReadable, onWoken, ringPeer: (post) => memory.bell.ring(post) })
    this.#routes.set(place, { kind: 'open', link, memory, ledger })
    for (const held of before?.held ?? []) {
      if (held.isStale?.() !== true) sendOn({ link, ledger }, held.lane, held)
      else {
        closeEach(held.record.attachments)
        this.#options.stale()
      }
    }
    this.#goOnHandingOver()
  }

  /** Lets all that is held leave, whatever room there is; `done` is called when it has, those that wait for an introduction included. */
  handOver(done: () => void): void {
    this.#handOvers.push(done)
    this.#goOnHandingOver()
  }

  /** That thread has ended: reads what it had sent, then marks it dead, and tells what is lost. */
  died(place: Place, reason: string): Loss {
    const route = this.#routes.get(place)
    let loss: Loss = { messages: 0, mayHaveBegun: () => false }
    if (route?.kind === 'open') {
      this.#readToTheEnd(place, route.link)
      route.link.close()
      const messages = this.#options.settle(place, route.ledger)
      loss = { messages, mayHaveBegun: route.memory.begun.askedBy(this.#options.here) }
    } else if (route?.kind === 'asked') loss = { ...loss, messages: this.#forgetHeld(route.held) }
    this.#routes.delete(place)
    this.#dead.add(place)
    this.#graves.dig(place, reason)
    this.#goOnHandingOver()
    return loss
  }

  /** Those that nobody waits for any more were given up before; the others are lost. */
  #forgetHeld(held: readonly HeldPacket[]): number {
    for (const { record } of held) closeEach(record.attachments)
    const messages = held.filter(({ counts }) => counts)
    const stale = messages.filter(({ isStale }) => isStale?.() === true)
    for (const _ of stale) this.#options.stale()
    const lost = messages.length - stale.length
    this.#options.lostUnmet(lost)
    return lost
  }

  /** Sees that this thread is introduced to that one. */
  meet(place: Place): void {
    if (!this.isDead(place)) this.#route(place)
  }

  /** A thread that this one has been introduced to, so that what is sent leaves at once; undefined before, and once it is dead. */
  met(place: Place): Omit<Introduction, 'half'> | undefined {
    const route = this.#routes.get(place)
    return route?.kind === 'open' ? route : undefined
  }

  isDead(place: Place): boolean {
    return this.#dead.has(place)
  }

  /** Why a thread is dead that is. */
  deathOf(place: Place): string {
    return this.#graves.get(place) ?? THREAD_DIED
  }

  /** Takes what has arrived and sends what found no room; true if there may be more. */
  turn(lanes: 'all' | 'answers'): boolean {
    let more = false
    for (const [place, route] of this.#routes) {
      if (route.kind !== 'open') continue
      if (route.link.held > 0) route.link.flush()
      if (this.#read(place, route.link, lanes) === BATCH) more = true
    }
    return more
  }

  close(): void {
    for (const route of this.#routes.values())
      if (route.kind === 'open') route.link.close()
      else for (const { record } of route.held) closeEach(record.attachments)
    this.#routes.clear()
  }

  /** What cannot be read must not keep anybody from hearing of the death. */
  #readToTheEnd(place: Place, link: Link): void {
    for (let errors = 0; errors < MOST_ERRORS;)
      try {
        if (this.#read(place, link, 'all') === 0) return
      } catch (error) {
        errors++
        this.#options.unreadable(place, error)
      }
  }

  #goOnHandingOver(): void {
    if (this.#handOvers.length === 0) return
    const linesWait = this.#options.handOverLines()
    for (const route of this.#routes.values()) if (route.kind === 'open') route.link.handOver()
    const isHeld = this.#routes.values().some((route) => route.kind === 'asked' && route.held.length > 0)
    if (!linesWait && !isHeld) for (const done of this.#handOvers.splice(0)) done()
  }

  #route(place: Place): Route {
    let route = this.#routes.get(place)
    if (route === undefined) {
      route = { kind: 'asked', held: [] }
      this.#routes.set(place, route)
      this.#options.introduce(place)
    }
    return route
  }

  /** How many records were read; BATCH where there may be more. */
  #read(place: Place, link: Link, lanes: 'all' | 'answers'): number {
    let hadEnough = false
    const take = (_: Lane, record: WireRecord): unknown => {
      let packet: Packet
      let length: number
      const reader = this.#readers.take()
      try {
        if (record instanceof RingRecord) reader.openAt(record.memory, record.start, record.end)
        else reader.open(record.bytes)
        length = reader.left
        packet = readPacket(reader, record.attachments, this.#options.references)
      } catch (error) {
        closeEach(record.attachments)
        return this.#options.unreadable(place, error)
      } finally {
        this.#readers.giveBack(reader)
      }
      this.#options.receive(place, packet)
      if (length < LONG_RECORD) return undefined
      hadEnough = true
      return ENOUGH
    }
    const taken = lanes === 'all' ? link.read(take, BATCH) : link.readAnswers(take, BATCH)
    return hadEnough ? BATCH : taken
  }
}

/** Takes what was written. Attachments that move go with their record, and are the sender's no more. */
function recordOf(writer: ByteWriter, attachments: readonly unknown[]): WireRecord {
  return { bytes: writer.taken(), owned: true, attachments, transfer: movesIn(attachments) }
}

function sendOn(
  { link, ledger }: { readonly link: Link; readonly ledger: Ledger },
  lane: Lane,
  { record, counts }: Pick<HeldPacket, 'record' | 'counts'>,
): void {
  // Counted first: a message that is counted and did not leave is lost, one that left uncounted would be one too many.
  if (counts) ledger.sent(1)
  try {
    link.send(lane, record)
  } catch (error) {
    if (counts) ledger.sent(-1)
    throw error
  }
}

/** The same for what stands in a writer, most of which needs no record. */
function sendWritten(
  { link, ledger }: Pick<OpenRoute, 'link' | 'ledger'>,
  lane: Lane,
  { writer, attachments, counts }: Written,
): void {
  // Counted first: a message that is counted and did not leave is lost, one that left uncounted would be one too many.
  if (counts) ledger.sent(1)
  try {
    if (attachments.length > 0 || link.sendWritten?.(lane, writer) !== true)
      link.send(lane, recordOf(writer, attachments))
  } catch (error) {
    if (counts) ledger.sent(-1)
    throw error
  }
}
