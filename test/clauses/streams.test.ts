/** Streams as results and as arguments (S6): order, backpressure, both ends, and what becomes of them when either side goes. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import type { MessagePort } from 'node:worker_threads'
import { ActorDead, call, tell, TsworksError, type System } from '../../src/index.ts'
import { ABORTED, ENDED, failsAtOnce, MADE, streams } from './fixtures/streams.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem, startQuietly, stopCleanly } from './support/running.ts'
import { snapshotWhere } from './support/snapshot.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const seenWords = (): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(12))

async function* numbers(count: number, seen?: Int32Array): AsyncGenerator<number> {
  try {
    for (let n = 0; n < count; n++) {
      if (seen !== undefined) seen[MADE]!++
      yield n
    }
  } finally {
    if (seen !== undefined) seen[ENDED]!++
  }
}

async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** Nothing is lent any more, by any thread. */
async function nothingLent(system: System): Promise<void> {
  await snapshotWhere(system, ({ threads }) => threads.every(({ lent }) => lent === 0))
}

describeSystem({ title: 'streams', program: streams, links: 'default' }, (running) => {
  for (const placement of PLACEMENTS) {
    const source = () => running.system.actor(streams[`source_${placement}`])
    const other = () => running.system.actor(streams[`other_${placement}`])

    it(`S6: a method that is an async generator gives a stream, with its return value, ${placement}`, async () => {
      assert.deepEqual(await collected(source().numbers(1_000)), upTo(1_000))
      const stream = await source().numbers(1)
      assert.deepEqual(await stream.next(), { value: 0, done: false })
      assert.deepEqual(await stream.next(), { value: 'all', done: true })
      assert.deepEqual(await stream.next(), { value: undefined, done: true })
      await nothingLent(running.system)
    })

    it(`S6: streams stand at any depth of a result, ${placement}`, async () => {
      const { name, rows } = await source().nested()
      assert.equal(name, 'two')
      assert.deepEqual(await Promise.all(rows.map(collected)), [upTo(3), upTo(2)])
      await nothingLent(running.system)
    })

    it(`S14: a stream that is read to its end aborts nothing of the others of its answer, ${placement}`, async () => {
      const [few, many] = await source().pair(1_000)
      const iterator = many[Symbol.asyncIterator]()
      assert.equal((await iterator.next()).value, false)
      assert.deepEqual(await collected(few), [0, 1])
      assert.equal(await source().busy(), 0)
      assert.deepEqual(
        (await collected({ [Symbol.asyncIterator]: () => iterator })).filter((isAborted) => isAborted),
        [],
      )
      await nothingLent(running.system)
    })

    it(`S15: a stream that outlives the handler that reads it does not end with that one's deadline, ${placement}`, async () => {
      const gate = new Int32Array(new SharedArrayBuffer(4))
      await other().opensGated(source(), gate)
      // Far enough that the next ones are pulled while a call with a deadline reads.
      const deadline = AbortSignal.timeout(1_000)
      const expired = once(deadline, 'abort')
      assert.equal(await call(other(), { timeout: 1_000 }).readNext(255), 254)
      await expired
      Atomics.store(gate, MADE, 1)
      Atomics.notify(gate, MADE)
      assert.equal(await other().readNext(2), 256)
      assert.equal(await other().readNext(44), undefined)
      await nothingLent(running.system)
    })

    it(`S6: leaving the loop runs the finally of the producer, which makes no more, and frees the object, ${placement}`, async () => {
      const seen = seenWords()
      const read: number[] = []
      for await (const n of source().numbers(1_000_000, seen)) if (read.push(n) === 10) break
      assert.deepEqual(read, upTo(10))
      assert.equal(await source().hello(), 'hello')
      assert.deepEqual([seen[ENDED], seen[ABORTED]], [1, 1])
      assert.ok(seen[MADE]! <= 10 + 2 * 256 + 1, `${seen[MADE]} made`)
      assert.equal(await source().busy(), 0)
      await nothingLent(running.system)
    })

    it(`S6: a slow reader holds the producer, ${placement}`, async () => {
      const seen = seenWords()
      const stream = await source().numbers(1_000_000, seen)
      for (let n = 0; n < 2_000; n++) {
        await stream.next()
        if (n % 100 === 0) await source().busy()
        assert.ok(seen[MADE]! <= n + 1 + 2 * 256 + 1, `${seen[MADE]} made, ${n + 1} read`)
      }
      await stream.return(undefined as never)
      await nothingLent(running.system)
    })

    it(`S4: the object handles nothing else until its stream has ended, but for what interleaves, ${placement}`, async () => {
      const stream = await source().numbers(2_000)
      await stream.next()
      assert.equal(await source().busy(), 1)
      assert.deepEqual(await collected(source().beside(3)), upTo(3))
      // What is ahead of the reader when it is answered, no more than two pulls, had been made before.
      let last = 0
      let lastAtHello: number | undefined
      const hello = source().hello()
      void hello.then(() => (lastAtHello = last))
      for await (const n of stream) {
        last = n
        if (n % 100 === 0) await macrotask()
      }
      assert.equal(await hello, 'hello')
      assert.ok((lastAtHello ?? last) > 2_000 - 2 * 256 - 2, `after ${lastAtHello}`)
    })

    it(`S14: a reader who leaves aborts this.signal, so a producer that waits comes to its finally, ${placement}`, async () => {
      const seen = seenWords()
      for await (const first of source().waits(seen)) {
        assert.equal(first, 'first')
        break
      }
      assert.equal(await source().hello(), 'hello')
      assert.equal(seen[ENDED], 1)
    })

    it(`S14, S15: a deadline and a signal end the stream of a call, too, ${placement}`, async () => {
      const seen = seenWords()
      const late = call(source(), { timeout: 300 }).beside(Infinity)
      await assert.rejects(collected(late), { code: 'FUTURE_SHOCK' })
      const controller = new AbortController()
      const cancelled = call(source(), { signal: controller.signal }).waits(seen)
      const read: string[] = []
      await assert.rejects(
        async () => {
          for await (const one of cancelled) {
            read.push(one)
            controller.abort('enough')
          }
        },
        { name: 'AbortError' },
      )
      assert.deepEqual(read, ['first'])
      assert.equal(await source().hello(), 'hello')
      assert.equal(seen[ENDED], 1)
      await nothingLent(running.system)
    })

    it(`S14: a call that is left before its stream is there is cancelled, and never runs, ${placement}`, async () => {
      const seen = seenWords()
      const holds = await source().numbers(1, seen)
      const waiting = source().numbers(5, seen)
      await waiting[Symbol.asyncIterator]().return!(undefined)
      await assert.rejects(waiting, { name: 'AbortError' })
      await collected(holds)
      assert.equal(await source().hello(), 'hello')
      assert.deepEqual([seen[MADE], seen[ENDED]], [1, 1])
    })

    it(`S16, S17: what the producer throws comes behind its items, whole, ${placement}`, async () => {
      const read: number[] = []
      await assert.rejects(
        async () => {
          for await (const n of source().failsAfter(300)) read.push(n)
        },
        (error: Error) => error instanceof RangeError && error.message === 'no more' && error.cause === 300,
      )
      assert.deepEqual(read, upTo(300))
      assert.equal(await source().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S6: ReadableStreams and Readables stay what they are, both ways, ${placement}`, async () => {
      const web = await source().web()
      assert.ok(web instanceof ReadableStream)
      assert.deepEqual(await collected(web), ['a', 'b', 'c'])
      const node = await source().node()
      assert.ok(node instanceof Readable)
      assert.equal(Buffer.concat((await node.toArray()) as Buffer[]).toString(), 'abcdef')
      const bytes = [Buffer.from('gh'), Buffer.from('i')]
      assert.deepEqual(await source().text(Readable.from(bytes, { objectMode: false })), ['Readable', 'ghi'])
      assert.deepEqual(await source().text(ReadableStream.from(bytes)), ['ReadableStream', 'ghi'])
      await nothingLent(running.system)
    })

    it(`S6: a ReadableStream of bytes arrives as one of chunks, ${placement}`, async () => {
      const bytes = await source().bytes()
      assert.throws(() => bytes.getReader({ mode: 'byob' }), TypeError)
      assert.deepEqual(await collected(bytes), [new Uint8Array([1, 2]), new Uint8Array([3])])
    })

    it(`S6: a Readable of texts gives texts, ${placement}`, async () => {
      assert.deepEqual(await collected(await source().texts()), ['né', 'e'])
    })

    it(`S6: async iterables are arguments, read as slowly as the callee does, and closed when it leaves, ${placement}`, async () => {
      assert.equal(await source().sum(numbers(1_000)), 499_500)
      const seen = seenWords()
      assert.deepEqual(await source().firstOf(numbers(1_000_000, seen), 10), upTo(10))
      await nothingLent(running.system)
      assert.equal(seen[ENDED], 1)
      assert.ok(seen[MADE]! <= 10 + 2 * 256 + 1)
    })

    it(`S6: a stream that nobody has begun to read stays its sender's, ${placement}`, async () => {
      const mine = numbers(3)
      assert.deepEqual(await source().firstOf(mine, 0), [])
      await nothingLent(running.system)
      assert.deepEqual(await collected(mine), upTo(3))
    })

    it(`S6: is lent for the call, ${placement}`, async () => {
      await source().leave(numbers(3))
      await assert.rejects(source().readLeft(), { code: 'RELEASED' })
    })

    it(`S16: an error of a stream that is an argument reaches the callee, and by it the caller, ${placement}`, async () => {
      async function* failing(): AsyncGenerator<number> {
        yield 1
        throw new TypeError('of the caller')
      }
      await assert.rejects(
        source().sum(failing()),
        (error: Error) => error instanceof TypeError && error.message === 'of the caller',
      )
      await nothingLent(running.system)
    })

    it(`S6: what a call has lent stays lent until its stream has ended, ${placement}`, async () => {
      const stream = source().twice(numbers(600), async (n) => 2 * n)
      assert.deepEqual(
        await collected(stream),
        upTo(600).map((n) => 2 * n),
      )
      await nothingLent(running.system)
    })

    it(`S6: a Future of a stream that is returned is passed on, and does not hold the object, ${placement}`, async () => {
      const relayed = (await other().relayed(source(), 500)) as AsyncIterable<number>
      const iterator = relayed[Symbol.asyncIterator]()
      await iterator.next()
      assert.equal(await other().hello(), 'hello')
      assert.deepEqual((await collected(relayed)).length, 499)
      await nothingLent(running.system)
    })

    it(`S5: items are what they were when they were given, ${placement}`, async () => {
      const rows = await collected(source().reused(4))
      assert.deepEqual(
        rows.map(({ n, bytes }) => [n, bytes[0]]),
        [1, 2, 3, 4].map((n) => [n, n]),
      )
      assert.equal(new Set(rows).size, 4)
    })

    it(`S5: what moves has moved when its generator goes on, ${placement}`, async () => {
      const lengths = new Int32Array(new SharedArrayBuffer(16)).fill(-1)
      const items = await collected(source().moves(lengths))
      const port = items.pop() as MessagePort
      assert.deepEqual(
        items,
        [0, 1, 2].map((n) => new Uint8Array([n])),
      )
      assert.deepEqual([...lengths], [0, 0, 0, -1])
      const answer = once(port, 'message')
      port.postMessage('hello')
      assert.deepEqual(await answer, ['hello!'])
      port.close()
    })

    it(`S5: what has moved ahead of a reader who leaves is closed, ${placement}`, async () => {
      for (const [how, read] of [
        ['bare', 1],
        ['bare', 2],
        ['bare', 7],
        ['in parcels', 7],
      ] as const) {
        const seen = seenWords()
        let left = read
        for await (const port of source().ports(how, seen)) {
          port.close()
          if (--left === 0) break
        }
        assert.equal(await source().hello(), 'hello')
        // A parcel that is made when its reader has left already is its object's: only its codec knows what is in it.
        const most = how === 'bare' ? 0 : 1
        await snapshotWhere(running.system, () => seen[MADE]! - seen[ENDED]! <= most)
      }
      await nothingLent(running.system)
    })

    it(`S6: a Readable that fails before it is read ends with that for its reader, and is no error of whoever gives it, ${placement}`, async () => {
      await Promise.all([source().exceptions(), other().exceptions()])
      const failed = await source().nodeFails()
      await assert.rejects(collected(failed), { name: 'RangeError', message: 'not there' })
      await assert.rejects(source().text(failsAtOnce()), { name: 'RangeError', message: 'not there' })
      await assert.rejects(other().sendsFailing(source()), { name: 'RangeError', message: 'not there' })
      assert.deepEqual(
        [await source().exceptions(), await other().exceptions()],
        [['nodeFails', 'text', 'text'], ['sendsFailing']],
      )
      // Nobody reads it: there is a line of the log.
      assert.deepEqual(await other().sendsFailingUnread(source()), [])
      assert.deepEqual([await source().exceptions(), await other().exceptions()], [[], []])
      await nothingLent(running.system)
    })

    it(`S6: a Readable is closed where its reader leaves, whether it has begun to read or not, ${placement}`, async () => {
      const seen = seenWords()
      await source().exceptions()
      const unread = await source().nodeOpen(seen)
      unread.destroy()
      assert.equal(await source().hello(), 'hello')
      for await (const item of await source().nodeOpen(seen)) if (item === 'one') break
      assert.equal(await source().hello(), 'hello')
      assert.equal(seen[ENDED], 2)
      assert.deepEqual(await source().exceptions(), [])
      await nothingLent(running.system)
    })

    it(`S6: an item that cannot travel ends the stream with its path, ${placement}`, async () => {
      const read: unknown[] = []
      await assert.rejects(
        async () => {
          for await (const item of source().items()) read.push(item)
        },
        { code: 'NOT_CLONEABLE', message: /'s stream: item\.bad\[0\]: a symbol cannot cross/ },
      )
      assert.deepEqual(read, [{ date: new Date(0), map: new Map([[1, undefined]]) }, undefined])
      assert.equal(await source().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S36: a restart of the producer ends its stream with an error, and frees the next incarnation, ${placement}`, async () => {
      await assert.rejects(collected(source().crashesAfter(3)))
      assert.equal(await source().hello(), 'hello')
      const stream = await source().beside(1_000_000)
      await stream.next()
      tell(source()).crash()
      await assert.rejects(collected(stream), ActorDead)
      assert.equal(await source().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S36: a reader that is restarted leaves its streams, ${placement}`, async () => {
      const seen = seenWords()
      assert.equal(await other().opens(source(), seen), 0)
      assert.equal(await other().hasOpened(), true)
      tell(other()).crash()
      assert.equal(await other().hasOpened(), false)
      await snapshotWhere(running.system, () => seen[ENDED] === 1)
      assert.equal(await source().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S36: a stream that comes for an incarnation that is over is closed, ${placement}`, async () => {
      const seen = seenWords()
      const held = await source().numbers(1, seen)
      await other().opensLater(source(), seen)
      tell(other()).crash()
      assert.equal(await other().hello(), 'hello')
      await collected(held)
      assert.equal(await source().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S9: a stream that is told for is not made, ${placement}`, async () => {
      const seen = seenWords()
      tell(source()).numbers(3, seen)
      assert.equal(await source().hello(), 'hello')
      assert.deepEqual([seen[MADE], seen[ENDED]], [0, 0])
    })
  }

  for (const { caller, callee, shown } of PAIRS) {
    const maker = () => running.system.actor(streams.maker)
    const passer = () => running.system.actor(streams[`other_${caller}`])
    const reader = () => running.system.actor(streams[`source_${callee}`])

    it(`S6: a Future of a stream that is passed on is read by whoever has got it, ${shown}`, async () => {
      const seen = seenWords()
      for (const passes of ['passesOn', 'passesOnLate'] as const) {
        assert.deepEqual(await passer()[passes](maker(), reader(), { length: 600, most: Infinity, seen }), upTo(600))
        assert.equal(await maker().hello(), 'hello')
      }
      assert.deepEqual([seen[MADE], seen[ENDED]], [1_200, 2])
      await nothingLent(running.system)
    })

    it(`S6, S10: leaving it runs the finally of the producer, ${shown}`, async () => {
      const seen = seenWords()
      const read = await passer().passesOn(maker(), reader(), { length: Infinity, most: 3, seen })
      assert.deepEqual(read, upTo(3))
      assert.equal(await maker().hello(), 'hello')
      assert.deepEqual([seen[ENDED], seen[ABORTED]], [1, 1])
      await nothingLent(running.system)
    })

    it(`S10, S36: it ends with whoever has begun to read it, ${shown}`, async () => {
      const seen = seenWords()
      await passer().givesAway(maker(), reader(), { length: Infinity, most: 0, seen })
      assert.equal(await reader().opensPassed(), 0)
      // Whoever has passed it on is not needed any more.
      tell(passer()).crash()
      assert.equal(await passer().hello(), 'hello')
      assert.equal(await reader().readNext(1_000), 1_000)
      assert.equal(seen[ENDED], 0)
      tell(reader()).crash()
      assert.equal(await maker().hello(), 'hello')
      assert.equal(seen[ENDED], 1)
      await nothingLent(running.system)
    })

    it(`S10, S36: while nobody has begun to read it, it ends with whoever has called for it, ${shown}`, async () => {
      const seen = seenWords()
      await passer().givesAway(maker(), reader(), { length: Infinity, most: 0, seen })
      await reader().asksPassed()
      tell(passer()).crash()
      assert.equal(await maker().hello(), 'hello')
      await assert.rejects(reader().opensPassed(), ActorDead)
      assert.equal(seen[MADE], 0)
      tell(reader()).crash()
      await nothingLent(running.system)
    })

    it(`S10: it is closed where whoever has got it is gone before it has asked, or never gets it, ${shown}`, async () => {
      const seen = seenWords()
      await passer().givesAway(maker(), reader(), { length: Infinity, most: 0, seen })
      tell(reader()).crash()
      assert.equal(await maker().hello(), 'hello')
      await assert.rejects(passer().givesBadly(maker(), reader()), { code: 'NO_SUCH_METHOD' })
      assert.equal(await maker().hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S10, S14: it is closed where whoever has got it is gone, or leaves, before it is there, ${shown}`, async () => {
      const seen = seenWords()
      for (const leave of ['crash', 'leavesPassed'] as const) {
        const held = await maker().numbers(1, seen)
        await passer().givesAway(maker(), reader(), { length: Infinity, most: 0, seen })
        if (leave === 'crash') await reader().opensPassedLater()
        if (leave === 'crash') tell(reader()).crash()
        else await reader().leavesPassed()
        await collected(held)
        assert.equal(await maker().hello(), 'hello')
        await nothingLent(running.system)
      }
    })

    it(`S15, S17: it fails as it would for whoever has called for it, ${shown}`, async () => {
      await assert.rejects(
        passer().passesFailing(maker(), reader(), 300),
        (error: Error) => error instanceof RangeError && error.message === 'no more' && error.cause === 300,
      )
      await assert.rejects(passer().passesLate(maker(), reader()), { code: 'FUTURE_SHOCK' })
      assert.equal(await maker().hello(), 'hello')
      await nothingLent(running.system)
    })
  }

  for (const placement of ['own', 'shared'] as const) {
    it(`S33: the death of the thread of the producer ends the stream with an error, ${placement}`, async () => {
      const source = running.system.actor(streams[`source_${placement}`])
      const stream = await source.numbers(1_000_000)
      await stream.next()
      await running.system.killThread(source)
      await assert.rejects(collected(stream), ActorDead)
      assert.equal(await source.hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S33: the death of the thread of the reader ends the producer, ${placement}`, async () => {
      const reader = running.system.actor(streams[`other_${placement}`])
      const seen = seenWords()
      const source = running.system.actor(streams.source_main)
      const reading = reader.readsOf(source, 5, seen)
      await snapshotWhere(running.system, () => seen[MADE]! > 0)
      await running.system.killThread(reader)
      await assert.rejects(reading)
      await snapshotWhere(running.system, () => seen[ENDED] === 1)
      assert.equal(await source.hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S33: a Future of a stream that was passed on: the death of either thread ends it for both, ${placement}`, async () => {
      const [passer, reader] = [
        running.system.actor(streams[`other_${placement}`]),
        running.system.actor(streams.maker),
      ]
      const source = running.system.actor(streams.source_main)
      for (const victim of [passer, reader]) {
        const seen = seenWords()
        await passer.givesAway(source, reader, { length: Infinity, most: 0, seen })
        assert.equal(await reader.opensPassed(), 0)
        await running.system.killThread(victim)
        if (victim === passer) await assert.rejects(reader.readNext(1_000), ActorDead)
        await snapshotWhere(running.system, () => seen[ENDED] === 1)
        assert.equal(await source.hello(), 'hello')
        await nothingLent(running.system)
      }
    })

    it(`S33: a stream that nobody is left to read when it is given does not hold its object, ${placement}`, async () => {
      const reader = running.system.actor(streams[`other_${placement}`])
      const source = running.system.actor(streams.source_main)
      const gate = seenWords()
      const reading = reader.readsLater(source, gate)
      await snapshotWhere(running.system, ({ objects }) => objects.some(({ handling }) => handling?.method === 'later'))
      await running.system.killThread(reader)
      await assert.rejects(reading, ActorDead)
      Atomics.store(gate, MADE, 1)
      Atomics.notify(gate, MADE)
      assert.equal(await source.hello(), 'hello')
      await nothingLent(running.system)
    })

    it(`S33: the death of the thread that reads an argument ends its producer here, ${placement}`, async () => {
      const reader = running.system.actor(streams[`other_${placement}`])
      const seen = seenWords()
      const reading = reader.sum(numbers(Infinity, seen))
      await snapshotWhere(running.system, () => seen[MADE]! > 0)
      await running.system.killThread(reader)
      await assert.rejects(reading, ActorDead)
      await snapshotWhere(running.system, () => seen[ENDED] === 1)
      await nothingLent(running.system)
    })
  }
})

for (const placement of PLACEMENTS)
  it(`S30: a stop ends streams that have no end of their own, and waits for none, ${placement}`, async () => {
    const system = await startQuietly(streams, { stopTimeout: 60_000 })
    const source = system.actor(streams[`source_${placement}`])
    const [stream, unread] = [await source.beside(Infinity), await source.numbers(Infinity)]
    await stream.next()
    const reading = assert.rejects(collected(stream), ActorDead)
    await stopCleanly(system)
    await reading
    await assert.rejects(unread.next(), TsworksError)
  })
