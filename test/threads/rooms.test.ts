/** Senders and the receiver of one mailbox, against what it promises: on roads of which each step may be late (S2, S8). */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Mailbox, OVERFLOWS, type Bound, type Overflow } from '../../src/core/mailbox.ts'
import { NO_CONTEXT, type Message } from '../../src/core/message.ts'
import { RoomCounters } from '../../src/threads/room-counters.ts'
import { BoundedBox, Rooms } from '../../src/threads/rooms.ts'
import type { ToKernel } from '../../src/wire/kernel-protocol.ts'

const HERE = 0
const PID = 7

type Fate = 'refused' | 'dropped' | 'handled'

/** A receiver in thread 0, senders in threads 1 and 2, and what is on the roads between them. */
class World {
  readonly counters = new RoomCounters(RoomCounters.createMemory(0), 0)
  readonly fates = new Map<number, Fate>()
  readonly handled: number[] = []
  readonly told: ToKernel[] = []
  readonly senders: Sender[]
  readonly mailbox: Mailbox
  readonly bound: Bound
  readonly #box: BoundedBox
  /** What the receiver says to senders. */
  readonly #rooms: { readonly place: number }[] = []

  constructor(capacity: number, overflow: Overflow, howMany: number) {
    this.bound = { capacity, overflow, slot: 300 }
    this.counters.reach(300)
    const { counters, bound: policy } = this
    const tell = (place: number): void => void this.#rooms.push({ place })
    this.#box = new BoundedBox({ counters, tell }, PID, { policy, slot: policy.slot })
    this.mailbox = new Mailbox(this.#box)
    this.senders = Array.from({ length: howMany }, (_, n) => new Sender(this, n + 1))
  }

  /** The oldest thing on the road of a sender arrives. */
  arrive(sender: Sender): void {
    const next = sender.road.shift()
    if (next === 'want') return this.#box.wanted(sender.place)
    if (next === undefined) return
    this.mailbox.put(messageOf(next))
    for (let old = this.mailbox.takeOverflow(); old !== undefined; old = this.mailbox.takeOverflow()) {
      this.fates.set(Number(old.method), 'dropped')
      this.#box.missed()
    }
  }

  handle(): void {
    const message = this.mailbox.take()
    if (message === undefined) return
    const n = Number(message.method)
    this.handled.push(n)
    this.fates.set(n, 'handled')
    // Whoever is about to begin a message knows whether one before it, of the same sender, has found no room.
    const isGap = this.senders.find((sender) => sender.hasSent(n))!.isGapBefore(n)
    assert.ok(!isGap || this.#box.allMissed > 0, `${n} was begun, and nobody knows of what is missing before it`)
  }

  tellRoom(): void {
    const next = this.#rooms.shift()
    if (next !== undefined) this.senders[next.place - 1]!.rooms.room(PID)
  }

  /** Everything arrives, and is handled. */
  drain(): void {
    for (const sender of this.senders) sender.meet()
    for (let round = 0; round < 10_000; round++) {
      const before = this.handled.length + this.#rooms.length + this.senders.reduce((n, { road }) => n + road.length, 0)
      if (before === this.handled.length && this.mailbox.length === 0) return
      for (const sender of this.senders) this.arrive(sender)
      this.handle()
      this.tellRoom()
    }
    assert.fail('it never comes to rest')
  }

  get onTheRoad(): number {
    return this.senders.reduce((sum, { road }) => sum + road.filter((one) => one !== 'want').length, 0)
  }
}

class Sender {
  readonly place: number
  readonly road: (number | 'want')[] = []
  readonly sent: number[] = []
  readonly rooms: Rooms
  waiting = 0
  /** How many of those sent were looked at for gaps. */
  #looked = 0
  #isGap = false
  readonly #world: World
  #hasMet = false

  constructor(world: World, place: number) {
    this.#world = world
    this.place = place
    this.rooms = new Rooms({
      here: place,
      counters: new RoomCounters(RoomCounters.createMemory(0), 0),
      countersOf: () => (this.#hasMet ? world.counters : undefined),
      isDead: () => false,
      introduce: () => {},
      send: (_, { kind }) => void (kind === 'want' && this.road.push('want')),
      receive: () => assert.fail('nobody of this thread is bounded'),
      tell: (message) => void world.told.push(message),
      hear: () => {},
    })
  }

  meet(): void {
    if (this.#hasMet) return
    this.#hasMet = true
    this.rooms.introduced(HERE)
  }

  /** Of ascending numbers, each asked for once at most. */
  hasSent(n: number): boolean {
    return this.sent.includes(n, this.#looked)
  }

  /** Whether one that was sent before that one is not handled: they are begun in the order in which they were sent. */
  isGapBefore(n: number): boolean {
    for (; this.sent[this.#looked]! < n; this.#looked++)
      this.#isGap ||= this.#world.fates.get(this.sent[this.#looked]!) !== 'handled'
    return this.#isGap
  }

  /** Gives how many have left their line by it. */
  handOver(): number {
    const before = this.waiting
    const isWaiting = this.rooms.handOver()
    assert.equal(this.waiting, isWaiting ? before : 0)
    assert.ok(!isWaiting || !this.#hasMet)
    return before - this.waiting
  }

  send(n: number): void {
    const { bound, fates } = this.#world
    const location = { name: 'box', pid: PID, place: HERE, level: 0, bound }
    this.sent.push(n)
    const entry = this.rooms.enter(location, bound)
    if (entry === 'full') fates.set(n, bound.overflow === 'drop-newest' ? 'dropped' : 'refused')
    if (entry === 'entered') this.road.push(n)
    if (entry !== 'wait') return
    this.waiting++
    this.rooms.wait(location, bound, {
      method: String(n),
      isStale: () => false,
      go: () => {
        this.waiting--
        this.road.push(n)
      },
      fail: () => {
        this.waiting--
        fates.set(n, bound.overflow === 'reject' || bound.overflow === 'wait' ? 'refused' : 'dropped')
      },
    })
  }
}

function messageOf(n: number): Message {
  return {
    kind: 'tell',
    method: String(n),
    args: [],
    from: 1,
    context: NO_CONTEXT,
    reply: undefined,
    own: undefined,
    loan: undefined,
    receipt: undefined,
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), by: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('arrive', 'meet' as const), by: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('handle', 'room' as const), by: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('handOver' as const), by: fc.nat(1) }) },
)

describe('a bounded mailbox and its senders', () => {
  it('S8: what was sent was handled, refused or dropped, never more than the bound is kept, and nobody waits for ever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(...OVERFLOWS),
        fc.array(step, { maxLength: 120, size: 'max' }),
        (capacity, overflow, steps) => {
          const world = new World(capacity, overflow, 2)
          const { senders, mailbox, bound, counters } = world
          let handedOver = 0
          for (const [n, one] of steps.entries()) {
            const sender = senders[one.by]!
            if (one.do === 'send') sender.send(n)
            else if (one.do === 'arrive') world.arrive(sender)
            else if (one.do === 'meet') sender.meet()
            else if (one.do === 'handle') world.handle()
            else if (one.do === 'room') world.tellRoom()
            else handedOver += sender.handOver()
            // The counter is what is on the road and in the mailbox.
            const kept = world.onTheRoad + mailbox.length
            assert.equal(counters.taken(bound.slot), kept)
            const limit = overflow === 'drop-oldest' ? 2 * capacity : capacity
            assert.ok(kept <= limit + handedOver, `${kept} are kept, ${limit} may be, ${handedOver} were handed over`)
            if (overflow === 'drop-oldest') assert.ok(mailbox.length <= capacity)
            for (const { waiting } of senders) assert.ok(waiting <= 2 * capacity)
          }
          let afterAll = 0
          for (const sender of senders)
            sender.rooms.afterLine(PID, () => {
              assert.equal(sender.waiting, 0)
              afterAll++
            })
          world.drain()
          assert.equal(counters.taken(bound.slot), 0)
          assert.equal(afterAll, senders.length)
          for (const { sent, waiting } of senders) {
            assert.equal(waiting, 0)
            for (const n of sent) assert.ok(world.fates.has(n), `nobody knows what became of ${n}`)
            // In the order in which they were sent (S2).
            assert.deepEqual(
              world.handled.filter((n) => sent.includes(n)),
              sent.filter((n) => world.fates.get(n) === 'handled'),
            )
          }
          const fates = [...world.fates.values()]
          assert.equal(counters.missed(bound.slot), fates.filter((fate) => fate !== 'handled').length)
          if (overflow === 'reject' || overflow === 'wait') assert.ok(!fates.includes('dropped'))
          else assert.ok(!fates.includes('refused'))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('S8: drop-oldest never drops one of the last that a mailbox holds, however long the receiver stands still', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 80, size: 'max' }), (capacity, steps) => {
        const world = new World(capacity, 'drop-oldest', 1)
        const [sender] = world.senders
        for (const [n, one] of steps.entries())
          if (one.do === 'send') sender!.send(n)
          else if (one.do === 'arrive') world.arrive(sender!)
          else if (one.do === 'meet') sender!.meet()
          else if (one.do === 'handle') world.handle()
          else if (one.do === 'room') world.tellRoom()
          else sender!.handOver()
        world.drain()
        const last = sender!.sent.slice(-capacity)
        assert.deepEqual(
          last.map((n) => world.fates.get(n)),
          last.map(() => 'handled'),
        )
      }),
      { numRuns: 2_000 },
    )
  })

  it('S8: somebody is told of a crowd once at 10,000 and at each doubling, whoever sends', () => {
    const world = new World(Infinity, 'reject', 2)
    for (const sender of world.senders) sender.meet()
    const flood = (): void => {
      for (let n = 0; n < 45_000; n++) world.senders[n % 2]!.send(n)
    }
    flood()
    const waiting = world.told.map((message) => (message.kind === 'crowded' ? message.waiting : message.kind))
    assert.deepEqual(waiting, [10_000, 20_000, 40_000])
    for (const sender of world.senders) while (sender.road.length > 0) world.arrive(sender)
    while (world.mailbox.length > 0) world.handle()
    flood()
    assert.equal(world.told.length, 3)
  })
})

describe('the counters of a thread', () => {
  it('grow where they lie, for all who have them, and a slot that is given again may be warned of again', () => {
    const memory = RoomCounters.createMemory(64)
    const [mine, theirs] = [new RoomCounters(memory, 64), new RoomCounters(memory, 64)]
    for (const slot of [0, 255, 256, 100_000, 8 * 1024 * 1024 - 1]) {
      mine.reach(slot)
      theirs.reach(slot)
      assert.equal(mine.take(slot), 0)
      assert.equal(theirs.take(slot), 1)
      assert.equal(mine.giveBack(slot, 1), 2)
      assert.equal(theirs.taken(slot), 1)
      assert.equal(theirs.isCrowded(slot, 10_000), true)
      assert.equal(mine.isCrowded(slot, 10_000), false)
      mine.renew(slot)
      assert.equal(theirs.isCrowded(slot, 10_000), true)
    }
    assert.throws(() => mine.reach(8 * 1024 * 1024), RangeError)
  })

  it("of objects that the kernel does not know are its thread's own to give, and never the kernel's", () => {
    const counters = new RoomCounters(RoomCounters.createMemory(0), 0)
    const [first, second] = [counters.takeOwn(), counters.takeOwn()]
    assert.deepEqual([first, second], [1, 3])
    counters.giveBackOwn(first)
    counters.giveBackOwn(2)
    assert.deepEqual([counters.takeOwn(), counters.takeOwn()], [1, 5])
  })
})
