// One object, three senders, and anything that can happen to it: what holds whatever they do.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { TsworksError } from '../../src/core/errors.ts'
import { Future } from '../../src/core/future.ts'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from './support/test-host.ts'

/** What the handlers note. */
interface Notes {
  /** Every begin of a handler, by the number of the message. */
  readonly begun: number[]
  /** Handlers that are not interleaved and have begun and not ended. */
  running: number
  mostRunning: number
  readonly finished: Set<number>
}

class Machine extends Task {
  static states = () => [Left, Right] as const
  static interleave = ['peek', 'peekSlowly'] as const
  readonly notes: Notes
  constructor(notes: Notes) {
    super()
    this.notes = notes
  }
  onInit(): void {
    this.become(Left)
  }

  quick(id: number): number {
    return this.#alone(id, () => id)
  }
  bad(id: number): never {
    return this.#alone(id, () => {
      throw new Error(`bad ${id}`)
    })
  }
  async slow(id: number): Promise<number> {
    this.notes.begun.push(id)
    this.#enter()
    await this.pause(10)
    this.notes.running--
    this.notes.finished.add(id)
    return id
  }
  later(id: number): Future<number> {
    const answer = new Future<number>()
    this.timer(`answer ${id}`, 25, () => answer.set(id))
    return this.#alone(id, () => answer)
  }
  swap(id: number): void {
    this.#alone(id, () => this.become(this.isLeft ? Right : Left))
  }
  fickle(id: number): number {
    this.notes.begun.push(id)
    if (this.isLeft) return this.postpone()
    this.notes.finished.add(id)
    return id
  }
  peek(id: number): number {
    this.notes.begun.push(id)
    this.notes.finished.add(id)
    return id
  }
  async peekSlowly(id: number): Promise<number> {
    this.notes.begun.push(id)
    await this.pause(15)
    this.notes.finished.add(id)
    return id
  }
  isLeft = true

  #alone<T>(id: number, run: () => T): T {
    this.notes.begun.push(id)
    this.#enter()
    try {
      return run()
    } finally {
      this.notes.running--
      this.notes.finished.add(id)
    }
  }
  #enter(): void {
    this.notes.running++
    this.notes.mostRunning = Math.max(this.notes.mostRunning, this.notes.running)
  }
}
class Left extends State<Machine> {
  override onEnter(): void {
    this.task.isLeft = true
  }
}
class Right extends State<Machine> {
  override async onEnter(): Promise<void> {
    this.task.isLeft = false
    this.task.notes.running++
    await this.pause(5)
    this.task.notes.running--
  }
}

const METHODS = ['quick', 'bad', 'slow', 'later', 'swap', 'fickle', 'peek', 'peekSlowly'] as const
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      from: fc.integer({ min: 101, max: 103 }),
      method: fc.constantFrom(...METHODS),
      told: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(30) }) },
)
const ending = fc.constantFrom('drain', 'stop', 'kill' as const)

interface Sent {
  readonly id: number
  readonly from: number
  readonly call: Future<unknown> | undefined
}

describe('any program', () => {
  it('S2, S4, S10: keeps the order of each sender, runs one handler at a time, and settles every call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40, size: 'max' }), ending, async (events, how) => {
        const host = new TestHost()
        const notes: Notes = { begun: [], running: 0, mostRunning: 0, finished: new Set() }
        const { cell, remote } = await host.start('machine', Machine, { args: [notes] })
        const sent: Sent[] = []
        for (const one of events)
          if (one.do === 'advance') await host.advance(one.ms)
          else if (one.do === 'cancel') sent[one.at]?.call?.cancel()
          else {
            const id = sent.length
            const call = host.as(one.from, () =>
              one.told ? tell(remote)[one.method](id) : (remote[one.method](id) as Future<unknown>),
            )
            sent.push({ id, from: one.from, call: call as Future<unknown> | undefined })
          }
        const ended = how === 'kill' ? cell.kill('killed') : cell.end('ended', { drain: how === 'drain' })
        // Longer than any handler, and than a failure waits to be asked for.
        await host.advance(3_000)
        await ended

        assert.equal(cell.isDead, true)
        assert.ok(notes.mostRunning <= 1, 'two handlers at once')
        for (const from of [101, 102, 103]) {
          const firsts = [...new Set(notes.begun)].filter((id) => sent[id]!.from === from)
          assert.deepEqual(
            firsts,
            firsts.toSorted((a, b) => a - b),
            `the order of ${from}`,
          )
        }
        for (const { id, call } of sent) {
          assert.notEqual(call?.isReady, false, `call ${id} is open`)
          if (call === undefined) continue
          const error = await call.then(
            () => undefined,
            (thrown: unknown) => thrown as TsworksError,
          )
          // Whoever is told that it was not done can rely on it.
          if (error?.executed === 'no') assert.ok(!notes.finished.has(id), `call ${id} was done`)
          if (error === undefined) assert.ok(notes.finished.has(id), `call ${id} was not done`)
        }
        assert.equal(host.clock.pending, 0)
        assert.equal(cell.inspect().queue, 0)
      }),
      { numRuns: 60 },
    )
  })
})
