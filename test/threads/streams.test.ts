/** Both ends of a stream, joined by a road whose every step may be late, against reading the iterator itself. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import * as fc from 'fast-check'
import { Future, settleFuture } from '../../src/core/future.ts'
import { Inflow } from '../../src/threads/inflow.ts'
import { Outflow, type Batch } from '../../src/threads/outflow.ts'
import { weightOf } from '../../src/threads/weight.ts'

/** Steps that wait to be done, in any order that a schedule says. */
class Steps {
  readonly #waiting: (() => void)[] = []

  later(step: () => void): void {
    this.#waiting.push(step)
  }

  /** Does all, the next one of which `choose` says, until nothing is left. */
  async settle(choose: (count: number) => number): Promise<void> {
    for (;;) {
      // What promises do between two steps.
      for (let i = 0; i < 20; i++) await Promise.resolve()
      if (this.#waiting.length === 0) return
      const [step] = this.#waiting.splice(choose(this.#waiting.length), 1)
      step!()
    }
  }
}

interface Joined<T, R> {
  readonly stream: Inflow<T, R>
  readonly steps: Steps
  /** What has happened at the producer, in order. */
  readonly ends: unknown[]
  /** How many items were on their way or ahead of the reader, at most. */
  readonly pulls: number[]
}

function joined<T, R>(iterator: Pick<AsyncIterator<T, R, undefined>, 'next' | 'return'>): Joined<T, R> {
  const steps = new Steps()
  const ends: unknown[] = []
  const pulls: number[] = []
  const outflow = new Outflow(
    { [Symbol.asyncIterator]: () => iterator },
    {
      isOwn: true,
      run: (code) => code(),
      copied: (item) => item,
      soon: (flush) => steps.later(flush),
      ended: (failure) => void ends.push(failure === undefined ? 'ended' : [failure.isRead, failure.thrown]),
    },
  )
  const stream = new Inflow<T, R>({
    pull: (most) => {
      pulls.push(most)
      const future = new Future<Batch>()
      steps.later(() => {
        outflow.pull(most).then(
          (value) => steps.later(() => settleFuture(future, { ok: true, value })),
          (error: unknown) => steps.later(() => settleFuture(future, { ok: false, error })),
        )
      })
      return future
    },
    late: () => undefined,
    close: () => steps.later(() => outflow.close()),
  })
  return { stream, steps, ends, pulls }
}

const first = (): number => 0

describe('both ends of a stream', () => {
  it('S6: give what the iterator gives, in order, and its end, whatever is late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(600),
        fc.constantFrom('returns', 'throws'),
        fc.option(fc.nat(700)),
        fc.infiniteStream(fc.nat(1_000)),
        async (length, how, breakAfter, choices) => {
          const seen: unknown[] = []
          let asked = 0
          let finals = 0
          async function* source(): AsyncGenerator<number, string> {
            try {
              for (let n = 0; n < length; n++) {
                asked++
                yield n
              }
              if (how === 'throws') throw new Error('thrown')
              return 'returned'
            } finally {
              finals++
            }
          }
          const { stream, steps, ends, pulls } = joined(source())
          const reading = (async () => {
            for (;;) {
              if (seen.length === breakAfter) return stream.return()
              const { value, done } = await stream.next()
              if (done === true) return value
              seen.push(value)
            }
          })().then(
            (value) => seen.push(['end', value]),
            (error: Error) => seen.push(['error', error.message]),
          )
          const choose = (count: number): number => choices.next().value % count
          await steps.settle(choose)
          await reading
          await steps.settle(choose)
          const isLeft = breakAfter !== null && breakAfter <= length
          const items = Array.from({ length: isLeft ? breakAfter : length }, (_, n) => n)
          const end = how === 'throws' ? ['error', 'thrown'] : ['end', 'returned']
          if (isLeft) assert.deepEqual(seen.slice(0, -1), items)
          else assert.deepEqual(seen, [...items, end])
          // Its finally has run once, if its body was begun.
          assert.equal(finals, pulls.length > 0 && asked + (length === 0 ? 1 : 0) > 0 ? 1 : 0)
          assert.equal(ends.length, 1)
          // Never further ahead of the reader than there is room for, and the one item that was asked for.
          assert.ok(asked <= items.length + 256 + 1, `${asked} asked for, ${items.length} read`)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('S6: begin with the first next(), and keep their producer waiting for a reader who is slower', async () => {
    let asked = 0
    const { stream, steps } = joined({
      next: () => Promise.resolve({ value: asked++, done: false }),
    })
    await steps.settle(first)
    assert.equal(asked, 0)
    for (let n = 0; n < 1_000; n++) {
      const reading = stream.next()
      await steps.settle(first)
      assert.deepEqual(await reading, { value: n, done: false })
      assert.ok(asked <= n + 1 + 256 + 1)
    }
  })

  it('S6: bring no more at once than a quarter of a MiB, but for the item that goes beyond', async () => {
    const chunk = new Uint8Array(100_000)
    let asked = 0
    const { stream, steps } = joined({
      next: () => {
        asked++
        return Promise.resolve({ value: chunk, done: false })
      },
    })
    const reading = stream.next()
    await steps.settle(first)
    await reading
    // Three in the first batch, and three in the one that was pulled when the first item was taken.
    assert.equal(asked, 6)
  })

  it('S6: bring each item as soon as it is there, when the next one lets wait for itself', async () => {
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    async function* slow(): AsyncGenerator<number> {
      for (const [n, gate] of gates.entries()) {
        await gate.promise
        yield n
      }
    }
    const { stream, steps } = joined(slow())
    for (const [n, gate] of gates.entries()) {
      const reading = stream.next()
      await steps.settle(first)
      gate.resolve()
      await steps.settle(first)
      assert.deepEqual(await reading, { value: n, done: false })
    }
  })

  it('S6: carry undefined, and answer several who read at once, in order', async () => {
    async function* source(): AsyncGenerator<number | undefined, string> {
      yield undefined
      yield 1
      return 'end'
    }
    const { stream, steps } = joined(source())
    const reading = Promise.all([stream.next(), stream.next(), stream.next(), stream.next()])
    await steps.settle(first)
    assert.deepEqual(await reading, [
      { value: undefined, done: false },
      { value: 1, done: false },
      { value: 'end', done: true },
      { value: undefined, done: true },
    ])
  })

  it('S14: a reader that leaves while the producer waits is let go at once; the finally runs when the producer comes there', async () => {
    const gate = Promise.withResolvers<void>()
    let isOver = false
    async function* stuck(): AsyncGenerator<number> {
      try {
        await gate.promise
        // Without an end of its own: only its being closed ends it.
        for (;;) yield 1
      } finally {
        isOver = true
      }
    }
    const { stream, steps, ends } = joined(stuck())
    const reading = stream.next()
    await steps.settle(first)
    assert.deepEqual(await stream.return(), { value: undefined, done: true })
    assert.deepEqual(await reading, { value: undefined, done: true })
    await steps.settle(first)
    assert.deepEqual([isOver, ends], [false, []])
    gate.resolve()
    await steps.settle(first)
    assert.deepEqual([isOver, ends], [true, ['ended']])
  })

  it('S16: what a finally throws of which no reader hears is told to whoever runs the producer', async () => {
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1
        yield 2
      } finally {
        // oxlint-disable-next-line eslint/no-unsafe-finally -- that is what is tested
        throw new Error('from finally')
      }
    }
    const { stream, steps, ends } = joined(source())
    const reading = stream.next()
    // Not all at once: it shall not have come to its end.
    steps.settle(first).catch(() => {})
    await reading
    await stream.return()
    await steps.settle(first)
    assert.equal(ends.length, 1)
  })

  it('S16: an iterator that throws instead of rejecting is one that has failed', async () => {
    const { stream, steps, ends } = joined({
      next: () => {
        throw new Error('at once')
      },
    })
    const reading = stream.next()
    reading.catch(() => {})
    await steps.settle(first)
    await assert.rejects(reading, /at once/)
    assert.deepEqual(await stream.next(), { value: undefined, done: true })
    assert.deepEqual(ends.flat().map(String), ['true', 'Error: at once'])
  })

  for (const [what, result] of Object.entries({
    'no object': undefined,
    'a done that throws': {
      get done(): boolean {
        throw new TypeError('hostile')
      },
    },
    'a value that throws': {
      done: false,
      get value(): number {
        throw new TypeError('hostile')
      },
    },
    'a value with a trap that throws': {
      done: false,
      value: new Proxy(
        {},
        {
          ownKeys() {
            throw new TypeError('hostile')
          },
        },
      ),
    },
  }))
    it(`S10, S16: an iterator that answers with ${what} is one that has failed`, async () => {
      const { stream, steps, ends } = joined({
        next: () => Promise.resolve(result as IteratorResult<unknown, undefined>),
      })
      const reading = stream.next().then(
        () => 'read',
        (error: unknown) => error,
      )
      await steps.settle(first)
      const settled = await Promise.race([reading, macrotask('waits for ever')])
      assert.ok(settled instanceof TypeError, String(settled))
      assert.equal(ends.length, 1)
    })

  it('S6: keeps two batches ahead at most, of items that differ in their weight', async () => {
    const chunk = new Uint8Array(1_000_000)
    let made = 0
    const { stream, steps } = joined({
      next: () => Promise.resolve({ value: ++made % 2 === 0 ? chunk : 'small', done: false }),
    })
    for (let read = 1; read <= 100; read++) {
      const reading = stream.next()
      await steps.settle(first)
      await reading
      assert.ok(made - read <= 4, `read ${read}, made ${made}`)
    }
  })

  it('S6: several who read at once are served in order where the next pull fails at once', async () => {
    const pulled = new Future<Batch>()
    let pulls = 0
    const failed = (): Future<Batch> => {
      const future = new Future<Batch>()
      settleFuture(future, { ok: false, error: new Error('gone') })
      return future
    }
    const stream = new Inflow<number>({
      pull: () => (++pulls === 1 ? pulled : failed()),
      late: () => undefined,
      close: () => {},
    })
    const readers = [stream.next(), stream.next()]
    settleFuture(pulled, { ok: true, value: [[1, 2]] })
    assert.deepEqual(
      (await Promise.all(readers)).map(({ value }) => value),
      [1, 2],
    )
    await assert.rejects(stream.next(), /gone/)
  })

  it('is refused a second pull while one is open: a fault of tsworks', async () => {
    const { stream, steps, pulls } = joined<number, undefined>({ next: () => new Promise(() => {}) })
    void stream.next()
    void stream.next()
    await steps.settle(first)
    assert.equal(pulls.length, 1)
  })
})

describe('the weight of an item', () => {
  it('is about its bytes, and is quick to find for what is large or deep', () => {
    assert.equal(weightOf(new Uint8Array(1_000)), 1_016)
    assert.equal(weightOf(new ArrayBuffer(1_000)), 1_016)
    assert.equal(weightOf('x'.repeat(100)), 116)
    assert.ok(weightOf({ name: 'x'.repeat(1_000), data: [new Uint8Array(5_000)] }) > 6_000)
    assert.ok(weightOf(Array.from({ length: 100_000 }, () => 'x'.repeat(84))) > 9_000_000)
    assert.ok(weightOf(new Map([[{ key: 1 }, [new Uint8Array(5_000)]]])) > 5_000)
    assert.ok(weightOf(new Set(Array.from({ length: 100 }, () => new Uint8Array(5_000)))) > 500_000)
    const deep: unknown[] = []
    deep.push(deep)
    assert.ok(weightOf(deep) < 100)
    const hostile = {
      get trap(): never {
        throw new Error('asked')
      },
    }
    assert.ok(weightOf(hostile) > 0)
  })
})
