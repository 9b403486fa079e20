/** Which threads are held, decided from looks at them; no thread, no clock. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Watchdog, type Change, type Look } from '../../src/threads/watchdog.ts'

const TIMES = { busy: 500, stuck: 5_000 }
const PERIOD = 250

/** One thread under watch: what it does is said between two looks. */
class Watched {
  now = 1_000
  readonly dog = new Watchdog(TIMES, { period: PERIOD, now: this.now })
  /** What is seen of it. */
  idleMs: number | undefined = 0
  heard = 0
  isWaiting = false
  runningSince: number | undefined
  /** Whether its event loop turns, so that it hears what it is asked. */
  turns = true
  readonly changes: string[] = []
  probes = 0
  #asked: number | undefined

  constructor() {
    this.look()
  }

  look(after = 0): Change[] {
    this.now += after
    if (this.turns && this.#asked !== undefined) {
      this.heard = this.#asked
      this.#asked = undefined
    }
    const look: Look = {
      place: 1,
      isWaiting: this.isWaiting,
      runningMs: this.runningSince === undefined ? undefined : this.now - this.runningSince,
      idleMs: this.idleMs,
      heard: this.heard,
    }
    const { changes, probes } = this.dog.look(this.now, [look])
    if (probes.size > 0) this.probes++
    this.#asked = probes.get(1) ?? this.#asked
    for (const { before, status } of changes) this.changes.push(`${before} ${status}`)
    return changes
  }

  /** Looks regularly for so long. */
  pass(ms: number, each: () => void = () => {}): void {
    for (let passed = 0; passed < ms; passed += PERIOD) {
      each()
      this.look(PERIOD)
    }
  }

  get standing() {
    return this.dog.standingOf(1, this.now)
  }
}

describe('a thread under watch', () => {
  it('S37: that is idle is free, and is never asked', () => {
    const thread = new Watched()
    thread.pass(60_000, () => (thread.idleMs! += 100))
    assert.deepEqual([thread.changes, thread.probes, thread.standing], [[], 0, { status: 'free', sinceMs: 0 }])
  })

  it('S37: that has always something to do is asked, hears it, and is free', () => {
    const thread = new Watched()
    thread.pass(60_000)
    assert.deepEqual(thread.changes, [])
    assert.ok(thread.probes > 100)
  })

  it('S37: that runs a method is busy after 0.5 s and stuck after 5 s of it, to the millisecond, and is not asked', () => {
    const thread = new Watched()
    thread.runningSince = thread.now
    thread.pass(250)
    thread.look(249)
    assert.equal(thread.standing.status, 'free')
    thread.look(1)
    assert.deepEqual(thread.standing, { status: 'busy', sinceMs: 500 })
    thread.pass(4_250)
    thread.look(249)
    assert.deepEqual(thread.standing, { status: 'busy', sinceMs: 4_999 })
    thread.look(1)
    assert.deepEqual(thread.standing, { status: 'stuck', sinceMs: 5_000 })
    thread.runningSince = undefined
    const [change] = thread.look(PERIOD)
    assert.deepEqual([change!.status, change!.before, change!.heldMs], ['free', 'stuck', 5_000 + PERIOD])
    assert.deepEqual([thread.changes, thread.probes], [['free busy', 'busy stuck', 'stuck free'], 1])
  })

  it('S37: that runs code without a mark is held from when it was asked', () => {
    const thread = new Watched()
    thread.turns = false
    const begun = thread.now
    while (thread.standing.status === 'free') thread.look(PERIOD)
    // Not early; and late by no more than two looks.
    const lateness = thread.now - begun - TIMES.busy
    assert.ok(lateness >= 0 && lateness <= 2 * PERIOD, `${lateness}`)
    while (thread.standing.status === 'busy') thread.look(PERIOD)
    assert.ok(thread.now - begun - TIMES.stuck <= 2 * PERIOD)
    assert.equal(thread.probes, 1)
    thread.turns = true
    thread.look(PERIOD)
    assert.equal(thread.standing.status, 'free')
  })

  it('S37: that runs one short method after the other is not held', () => {
    const thread = new Watched()
    thread.pass(60_000, () => (thread.runningSince = thread.now + PERIOD - 20))
    assert.deepEqual(thread.changes, [])
  })

  it('S37: that waits in get() waits, however long, and is not asked', () => {
    const thread = new Watched()
    thread.turns = false
    // The handler that waits has its mark.
    thread.runningSince = thread.now
    thread.isWaiting = true
    thread.pass(60_000)
    assert.deepEqual([thread.changes, thread.probes], [['free waiting'], 0])
    assert.equal(thread.standing.sinceMs, 60_000 - PERIOD)
    // What it does afterwards counts from the end of the wait.
    thread.isWaiting = false
    thread.runningSince = thread.now
    thread.look(PERIOD)
    assert.equal(thread.standing.status, 'free')
    thread.pass(TIMES.busy)
    assert.equal(thread.standing.status, 'busy')
  })

  it('S37: the main thread, of which nobody sees whether it is idle, is asked each time', () => {
    const thread = new Watched()
    thread.idleMs = undefined
    thread.pass(10 * PERIOD)
    assert.deepEqual([thread.changes, thread.probes], [[], 10])
  })

  it('S37: is not held while the whole process stands still, which a look that comes too late tells', () => {
    const thread = new Watched()
    thread.turns = false
    thread.runningSince = thread.now
    thread.pass(1_000)
    assert.deepEqual(thread.standing, { status: 'busy', sinceMs: 1_000 })
    thread.look(10_000)
    assert.deepEqual(thread.standing, { status: 'busy', sinceMs: 1_000 + PERIOD })
    thread.look(60_000)
    assert.deepEqual(thread.standing, { status: 'busy', sinceMs: 1_000 + 2 * PERIOD })
    // What begins after the pauses is not credited with them.
    thread.runningSince = thread.now
    thread.pass(TIMES.stuck)
    assert.deepEqual(thread.standing, { status: 'stuck', sinceMs: TIMES.stuck })
  })

  it('S37: is seen as stuck also on a machine where each look is late', () => {
    const thread = new Watched()
    thread.runningSince = thread.now
    for (let looks = 0; looks < 40; looks++) thread.look(3 * PERIOD)
    assert.deepEqual(thread.standing, { status: 'stuck', sinceMs: 40 * PERIOD })
  })

  it('S37: is excused on demand', () => {
    const thread = new Watched()
    thread.runningSince = thread.now
    thread.pass(1_000)
    thread.dog.excuseAll(thread.now)
    thread.look(PERIOD)
    assert.equal(thread.standing.status, 'free')
    assert.equal(thread.dog.heldMs(1, thread.now), PERIOD)
  })

  it('is forgotten when it is not looked at any more', () => {
    const thread = new Watched()
    thread.runningSince = thread.now
    thread.pass(1_000)
    thread.dog.look(thread.now, [])
    assert.deepEqual(thread.standing, { status: 'free', sinceMs: 0 })
  })

  it('S37: is never said to be held for longer than it is', () => {
    const step = fc.record({
      kind: fc.constantFrom('idle', 'turning', 'method', 'unmarked', 'get', 'pause'),
      ms: fc.integer({ min: 1, max: 8_000 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const thread = new Watched()
        // Its event loop has had its turn then, or it has waited.
        let lastFree = thread.now
        for (const { kind, ms } of steps) {
          thread.turns = kind === 'idle' || kind === 'turning'
          thread.isWaiting = kind === 'get'
          thread.runningSince = kind === 'method' ? thread.now : undefined
          if (kind === 'pause') thread.look(4 * PERIOD + ms)
          else
            thread.pass(ms, () => {
              if (kind === 'idle') thread.idleMs! += 1
              if (thread.turns || kind === 'get') lastFree = thread.now
              const { status, sinceMs } = thread.standing
              if (status === 'busy' || status === 'stuck')
                assert.ok(sinceMs <= thread.now - lastFree || thread.turns || kind === 'get', `${sinceMs}`)
            })
          if (thread.turns || thread.isWaiting) lastFree = thread.now
          const { status } = thread.standing
          if (thread.turns) assert.equal(status, 'free')
          if (kind === 'get') assert.equal(status, 'waiting')
        }
      }),
    )
  })
})
