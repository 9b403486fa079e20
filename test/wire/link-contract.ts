/**
 * What every Link promises (src/wire/link.ts), as tests to run against an implementation: both ends in this thread.
 *
 * What only shows between real threads is in link-threads.test.ts.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import * as fc from 'fast-check'
import { ENOUGH, type Lane, type Link, type LinkOptions, type Receive } from '../../src/wire/link.ts'

export type MakeLinks = (left: LinkOptions, right: LinkOptions) => readonly [Link, Link]

/** A record as a test sees it: the lane and the text of its bytes. */
type Note = readonly [lane: Lane, text: string]

/** A length that goes through no small ring. */
const LARGE = 100_000

const fail: Receive = () => assert.fail('in receive')

const always: LinkOptions = { onReadable: () => {}, ringPeer: (post) => post?.() }

const send = (link: Link, lane: Lane, text: string) =>
  link.send(lane, { bytes: new TextEncoder().encode(text), attachments: [] })

/** Reads at most `most` records, by read() or readAnswers(). */
function read(link: Link, most = Infinity, how: 'read' | 'readAnswers' = 'read'): Note[] {
  const notes: Note[] = []
  const count = link[how]((lane, { bytes }) => notes.push([lane, Buffer.from(bytes).toString()]), most)
  assert.equal(count, notes.length)
  return notes
}

/** Flushes and reads in turns until nothing comes any more. */
function readAll(reader: Link, writer: Link): Note[] {
  const notes: Note[] = []
  for (;;) {
    writer.flush()
    const some = read(reader, 7)
    if (some.length === 0) return notes
    notes.push(...some)
  }
}

export function linkContract(name: string, makeLinks: MakeLinks): void {
  /** Two ends that are closed after the test. */
  function links(context: { after(fn: () => void): void }, left = always, right = always): readonly [Link, Link] {
    const ends = makeLinks(left, right)
    context.after(() => ends.forEach((end) => end.close()))
    return ends
  }

  describe(name, () => {
    test('S2: records of one lane arrive in the order they were sent', (t) => {
      const [left, right] = links(t)
      const sent = Array.from({ length: 5_000 }, (_, i): Note => ['request', `request ${i}`])
      for (const [lane, text] of sent) send(left, lane, text)
      assert.deepEqual(readAll(right, left), sent)
    })

    test('both directions are independent', (t) => {
      const [left, right] = links(t)
      send(left, 'request', 'to the right')
      send(right, 'request', 'to the left')
      assert.deepEqual(read(right), [['request', 'to the right']])
      assert.deepEqual(read(left), [['request', 'to the left']])
    })

    test('S3: an answer overtakes all requests that were not yet read', (t) => {
      const [left, right] = links(t)
      for (let i = 0; i < 1_000; i++) send(left, 'request', `request ${i}`)
      send(left, 'answer', 'stop')
      assert.deepEqual(read(right, 2), [
        ['answer', 'stop'],
        ['request', 'request 0'],
      ])
    })

    test('S12: answers are never held by their sender, so none of them dies with it; their order stays', (t) => {
      const [left, right] = links(t)
      const lengths = fc.sample(
        fc.oneof({ weight: 20, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(LARGE) }),
        {
          numRuns: 2_000,
          seed: 12,
        },
      )
      const sent = lengths.map((length, i): Note => ['answer', `${i} `.padEnd(length, 'x')])
      const seen: Note[] = []
      for (const [at, [lane, text]] of sent.entries()) {
        send(left, lane, text)
        assert.equal(left.held, 0)
        // Now and then a little is read, so that the ring has room again while some answers are on another road.
        if (at % 50 === 49) seen.push(...read(right, at % 70))
      }
      // The sender does nothing any more: as if its thread had died.
      for (let some = read(right, 100); some.length > 0; some = read(right, 100)) seen.push(...some)
      assert.deepEqual(seen, sent)
    })

    test('read() hands over no more than it is asked for, and readAnswers() no request', (t) => {
      const [left, right] = links(t)
      for (const text of ['1', '2', '3']) {
        send(left, 'request', text)
        send(left, 'answer', text)
      }
      assert.deepEqual(read(right, 0), [])
      assert.deepEqual(read(right, 1), [['answer', '1']])
      assert.deepEqual(
        read(right, 10, 'readAnswers').map(([lane, text]) => lane + text),
        ['answer2', 'answer3'],
      )
      assert.deepEqual(read(right, 10, 'readAnswers'), [])
      assert.deepEqual(
        read(right).map(([lane, text]) => lane + text),
        ['request1', 'request2', 'request3'],
      )
      assert.deepEqual(read(right), [])
    })

    test('a record without bytes arrives', (t) => {
      const [left, right] = links(t)
      send(left, 'request', '')
      send(left, 'answer', '')
      assert.deepEqual(read(right), [
        ['answer', ''],
        ['request', ''],
      ])
    })

    test('every length from nothing to larger than the ring arrives whole and in its place', (t) => {
      const [left, right] = links(t)
      const lengths = [...Array.from({ length: 300 }, (_, i) => i), 4_095, 4_096, 16_375, 16_376, 16_377, 65_536, LARGE]
      const sent = lengths.map((length, i): Note => ['request', String.fromCharCode(97 + (i % 26)).repeat(length)])
      for (const [lane, text] of sent) send(left, lane, text)
      assert.deepEqual(readAll(right, left), sent)
    })

    test('a lane is read no further than to a record of which its receiver has enough; the rest is there for the next reading', (t) => {
      const [left, right] = links(t)
      for (const text of ['a', 'b'.repeat(LARGE), 'c'])
        for (const lane of ['answer', 'request'] as const) send(left, lane, text)
      const seen: string[] = []
      const one: Receive = (lane, { bytes }) => {
        seen.push(`${lane} ${String.fromCharCode(bytes[0]!)}`)
        return ENOUGH
      }
      const counts: number[] = []
      for (let count = right.read(one, 9); count > 0; count = right.read(one, 9)) {
        counts.push(count)
        left.flush()
      }
      assert.deepEqual(seen, ['answer a', 'request a', 'answer b', 'request b', 'answer c', 'request c'])
      assert.deepEqual(counts, [2, 2, 2])
    })

    test('the bytes are copied: what the sender writes into them afterwards is not seen', (t) => {
      const [left, right] = links(t)
      for (const length of [1, 40, LARGE]) {
        const bytes = new Uint8Array(length).fill(1)
        left.send('request', { bytes, attachments: [] })
        assert.equal(bytes.length, length)
        bytes.fill(2)
      }
      const seen: number[] = []
      const receive: Receive = (_, { bytes }) => seen.push(bytes.length, Math.max(...bytes.subarray(0, 9)))
      while (right.read(receive, 1) > 0) left.flush()
      assert.deepEqual(seen, [1, 1, 40, 1, LARGE, 1])
    })

    test('a view is sent as the bytes it shows, a Buffer from a pool as well', (t) => {
      const [left, right] = links(t)
      left.send('request', { bytes: new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 3), attachments: [] })
      left.send('request', { bytes: Buffer.from('pooled'), attachments: [] })
      left.send('request', { bytes: new Uint8Array(new SharedArrayBuffer(LARGE)).subarray(7), attachments: [] })
      const seen: Uint8Array[] = []
      while (right.read((_, { bytes }) => seen.push(new Uint8Array(bytes)), 9) > 0) left.flush()
      assert.deepEqual(seen, [new Uint8Array([1, 2]), new Uint8Array(Buffer.from('pooled')), new Uint8Array(LARGE - 7)])
    })

    test('large records and ones with attachments keep their places among small ones, in each lane', (t) => {
      const [left, right] = links(t)
      const sent: Note[] = []
      for (let i = 0; i < 300; i++) {
        const lane: Lane = i % 3 === 0 ? 'answer' : 'request'
        const text = i % 7 === 0 ? `${i} `.repeat(1_000) : `${i}`
        sent.push([lane, text])
        if (i % 5 > 0) send(left, lane, text)
        else left.send(lane, { bytes: Buffer.from(text), attachments: [i] })
      }
      const seen = readAll(right, left)
      for (const lane of ['answer', 'request']) {
        assert.deepEqual(
          seen.filter(([its]) => its === lane),
          sent.filter(([its]) => its === lane),
        )
      }
    })

    test('a SharedArrayBuffer beside the bytes is the same memory on both sides', (t) => {
      const [left, right] = links(t)
      const memory = new SharedArrayBuffer(4)
      left.send('request', { bytes: new Uint8Array([9]), attachments: [memory, { also: memory }] })
      new Uint8Array(memory)[0] = 42
      right.read((_, { bytes, attachments }) => {
        const [first, second] = attachments as [SharedArrayBuffer, { also: SharedArrayBuffer }]
        assert.deepEqual([...bytes], [9])
        assert.equal(new Uint8Array(first)[0], 42)
        assert.equal(new Uint8Array(second.also)[0], 42)
      }, 1)
    })

    test('what is in the transfer list moves', (t) => {
      const [left, right] = links(t)
      const { port1, port2 } = new MessageChannel()
      t.after(() => port1.close())
      const buffer = new ArrayBuffer(8)
      left.send('answer', { bytes: new Uint8Array(), attachments: [buffer, port2], transfer: [buffer, port2] })
      assert.equal(buffer.byteLength, 0)
      port1.postMessage('by the port that moved')
      const count = right.read((_, { attachments }) => {
        const [moved, port] = attachments as [ArrayBuffer, MessagePort]
        assert.equal(moved.byteLength, 8)
        assert.deepEqual(receiveMessageOnPort(port), { message: 'by the port that moved' })
      }, 1)
      assert.equal(count, 1)
    })

    test('an attachment that cannot travel is refused at the sender, and nothing was sent', (t) => {
      const [left, right] = links(t)
      const attachments = [() => {}]
      assert.throws(() => left.send('request', { bytes: new Uint8Array(3), attachments }), { name: 'DataCloneError' })
      send(left, 'request', 'next')
      left.send('request', { bytes: Buffer.from('last'), attachments: ['fine'] })
      assert.deepEqual(readAll(right, left), [
        ['request', 'next'],
        ['request', 'last'],
      ])
    })

    test('when receive() throws, that record counts as taken and nothing else is lost', (t) => {
      const [left, right] = links(t)
      for (const text of ['1', '2', '3', 'x'.repeat(LARGE), '5']) send(left, 'request', text)
      assert.throws(() => right.read(fail, 9), /in receive/)
      assert.deepEqual(read(right, 1), [['request', '2']])
      assert.throws(() => right.read(fail, 9), /in receive/)
      assert.throws(() => right.read(fail, 9), /in receive/)
      assert.deepEqual(readAll(right, left), [['request', '5']])
    })

    test('a reader that always throws gives room back all the same', (t) => {
      const [left, right] = links(t)
      for (let i = 0; i < 3_000; i++) send(left, 'request', `request ${i}`)
      for (let i = 0; i < 3_000; i++) {
        assert.throws(() => right.read(fail, 9), /in receive/)
        left.flush()
      }
      assert.equal(right.read(fail, 9), 0)
    })

    test('receive() may send on the link it reads', (t) => {
      const [left, right] = links(t)
      for (let i = 0; i < 100; i++) send(left, 'request', `${i}`)
      const answers: Note[] = []
      for (let turn = 0; turn < 200; turn++) {
        left.flush()
        right.flush()
        right.read((_, { bytes }) => right.send('answer', { bytes, attachments: [] }), 10)
        answers.push(...read(left))
      }
      assert.deepEqual(
        answers,
        Array.from({ length: 100 }, (_, i) => ['answer', `${i}`]),
      )
    })

    test('reading on inside receive() goes on behind the record in hand, which stays valid', (t) => {
      const [left, right] = links(t)
      for (let i = 1; i <= 60; i++) send(left, 'request', `${i}. request`)
      const inner: Note[] = []
      right.read((_, { bytes }) => {
        inner.push(...read(right, 2))
        left.flush()
        assert.equal(Buffer.from(bytes).toString(), '1. request')
      }, 1)
      left.flush()
      assert.deepEqual(
        [...inner, ...read(right, 1)].map(([, text]) => text),
        ['2. request', '3. request', '4. request'],
      )
    })

    test('a flood that nobody reads is neither refused nor lost, and goes out as the other end reads', (t) => {
      const [left, right] = links(t)
      const sent = Array.from({ length: 20_000 }, (_, i): Note => ['request', `request ${i}`])
      for (const [lane, text] of sent) send(left, lane, text)
      const seen = readAll(right, left)
      assert.equal(left.held, 0)
      assert.equal(left.dropped, 0)
      assert.deepEqual(seen, sent)
    })

    test('what is handed over has left its sender, in order, and what is sent then comes behind it', (t) => {
      const [left, right] = links(t)
      const text = (i: number): string => (i % 7 === 0 ? `${i}`.padEnd(LARGE, '.') : `request ${i}`)
      const sent = Array.from({ length: 3_000 }, (_, i): Note => ['request', text(i)])
      for (const [lane, each] of sent.slice(0, 2_000)) send(left, lane, each)
      left.handOver()
      assert.equal(left.held, 0)
      // The writer does nothing any more, as one that has ended.
      const early: Note[] = []
      for (let some = read(right, 50); some.length > 0; some = read(right, 50)) early.push(...some)
      assert.equal(early.length, 2_000)
      for (const [lane, each] of sent.slice(2_000)) send(left, lane, each)
      assert.deepEqual([...early, ...readAll(right, left)], sent)
    })

    test('handing over twice, and with readings between, keeps the order', (t) => {
      const [left, right] = links(t)
      const sent = Array.from({ length: 9_000 }, (_, i): Note => ['request', `request ${i}`])
      const seen: Note[] = []
      for (const [i, [lane, text]] of sent.entries()) {
        send(left, lane, text)
        if (i % 4_000 === 3_999) left.handOver()
        if (i % 1_000 === 999) seen.push(...read(right, 300))
      }
      assert.deepEqual([...seen, ...readAll(right, left)], sent)
    })

    test('requests without room do not hold up answers', (t) => {
      const [left, right] = links(t)
      for (let i = 0; i < 20_000; i++) send(left, 'request', `request ${i}`)
      send(left, 'answer', 'now')
      assert.deepEqual(read(right, 1, 'readAnswers'), [['answer', 'now']])
    })

    test('onReadable is called in the event loop after the peer has sent', async () => {
      for (const length of [1, LARGE]) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const [left, right] = makeLinks(always, { ...always, onReadable: resolve })
        const keepAlive = setInterval(() => {}, 1_000) // The link itself keeps no event loop alive.
        send(left, 'request', 'x'.repeat(length))
        await promise
        clearInterval(keepAlive)
        assert.equal(read(right).length, 1)
        left.close()
        right.close()
      }
    })

    test('close() twice is as good as once', (t) => {
      const [left] = links(t)
      left.close()
      left.close()
      assert.equal(left.dropped, 0)
    })

    test('a closed end counts and drops what is sent, and reads nothing', (t) => {
      const [left, right] = links(t)
      send(right, 'request', 'unread')
      send(right, 'answer', 'unread')
      left.close()
      send(left, 'request', 'late')
      send(left, 'answer', 'x'.repeat(LARGE))
      left.flush()
      assert.deepEqual(read(left), [])
      assert.deepEqual(read(left, 9, 'readAnswers'), [])
      assert.equal(left.dropped, 2)
      assert.deepEqual(read(right), [])
    })

    test('what was sent before the close stays readable for the peer', async (t) => {
      for (const whenSeen of ['before', 'after']) {
        const [left, right] = links(t)
        send(left, 'request', 'x'.repeat(LARGE))
        send(left, 'request', 'last')
        send(left, 'answer', 'y'.repeat(LARGE))
        left.close()
        if (whenSeen === 'after') await turns(20)
        assert.deepEqual(
          read(right).map(([lane, text]) => [lane, text.length]),
          [
            ['answer', LARGE],
            ['request', LARGE],
            ['request', 4],
          ],
        )
        assert.deepEqual(read(right), [])
      }
    })

    test('what is sent to a peer that has closed is counted and dropped', async (t) => {
      const [left, right] = links(t)
      right.close()
      await turns(20)
      send(left, 'request', 'too late')
      send(left, 'answer', 'too late')
      left.flush()
      assert.equal(left.dropped, 2)
      assert.equal(left.held, 0)
    })

    test('what should move with a record that is dropped is the sender’s no more, and closed', async (t) => {
      const [left, right] = links(t)
      const keepAlive = setInterval(() => {}, 1_000)
      t.after(() => clearInterval(keepAlive))
      right.close()
      await turns(20)
      const { port1, port2 } = new MessageChannel()
      const closed = once(port2, 'close')
      const buffer = new ArrayBuffer(8)
      left.send('answer', { bytes: Uint8Array.of(1), attachments: [port1, buffer], transfer: [port1, buffer] })
      assert.ok(buffer.detached)
      await closed
    })

    test('what has moved here and is not read before close() is closed', async (t) => {
      const [left, right] = links(t)
      const keepAlive = setInterval(() => {}, 1_000)
      t.after(() => clearInterval(keepAlive))
      const { port1, port2 } = new MessageChannel()
      const closed = once(port2, 'close')
      left.send('request', { bytes: Uint8Array.of(1), attachments: [port1], transfer: [port1] })
      await turns(20)
      right.close()
      await closed
    })

    test('every record that is sent is read, held or counted as dropped, whichever side closes', async (t) => {
      for (const closing of ['left', 'right']) {
        const [left, right] = links(t)
        for (let i = 0; i < 2_000; i++) send(left, 'request', `request ${i}`)
        const inTransit = 2_000 - left.held
        const held = left.held
        if (closing === 'left') left.close()
        else right.close()
        await turns(20)
        left.flush()
        assert.equal(left.dropped, held)
        assert.equal(left.held, 0)
        assert.equal(read(right).length, closing === 'left' ? inTransit : 0)
      }
    })

    test('a close inside receive() ends the reading', (t) => {
      const [left, right] = links(t)
      for (const text of ['1', '2', '3']) {
        send(left, 'request', text)
        send(left, 'answer', text)
      }
      assert.equal(
        right.read(() => right.close(), 9),
        1,
      )
    })

    test('any order of sending, flushing and reading gives what two queues would give', () => {
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
          const [left, right] = makeLinks(always, always)
          try {
            followsTheModel(left, right, operations)
          } finally {
            left.close()
            right.close()
          }
        }),
        { numRuns: 150 },
      )
    })
  })
}

type Operation =
  | { readonly kind: 'send'; readonly lane: Lane; readonly length: number; readonly attached: boolean }
  | { readonly kind: 'read' | 'readAnswers'; readonly most: number }
  | { readonly kind: 'flush' | 'handOver' }

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      lane: fc.constantFrom<Lane>('request', 'answer'),
      length: fc.oneof({ weight: 9, arbitrary: fc.nat(64) }, { weight: 1, arbitrary: fc.nat(20_000) }),
      attached: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('read', 'readAnswers'), most: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('flush', 'handOver') }) },
)

/** Plays `operations` on a link and on two plain queues. A link may hold back what a queue would give, never more. */
function followsTheModel(left: Link, right: Link, operations: readonly Operation[]): void {
  const queues: Record<Lane, string[]> = { request: [], answer: [] }
  const check = (notes: readonly Note[]) => {
    for (const [lane, text] of notes) assert.equal(text, queues[lane].shift())
  }
  let serial = 0
  for (const next of operations) {
    switch (next.kind) {
      case 'send': {
        const text = `${serial++}`.padEnd(next.length, '.')
        queues[next.lane].push(text)
        left.send(next.lane, { bytes: Buffer.from(text), attachments: next.attached ? [serial] : [] })
        break
      }
      case 'read':
      case 'readAnswers':
        check(read(right, next.most, next.kind))
        break
      case 'flush':
      case 'handOver':
        left[next.kind]()
    }
  }
  check(readAll(right, left))
  assert.deepEqual(queues, { request: [], answer: [] })
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await setImmediate()
}
