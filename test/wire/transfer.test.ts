import assert from 'node:assert/strict'
import { open, type FileHandle } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import * as fc from 'fast-check'
import { NotCloneable } from '../../src/core/errors.ts'
import { decode, encode } from '../../src/wire/codec.ts'
import type { Movable } from '../../src/wire/movables.ts'
import { transfer } from '../../src/wire/transfer.ts'
import { references } from './by-reference.ts'
import { WAYS } from './ways.ts'

const HERE = import.meta.filename

/** A value with buffers at arbitrary places, each marked by its first byte; the same one may stand in several. */
const withBuffers = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
    fc.anything({ maxDepth: 4, values: [fc.nat(99)], withMap: true, withSet: true, withSparseArray: true }),
    fc.nat(2),
  )
  .map(([all, shape, more]) => {
    const buffers = all.map((bytes) => new Uint8Array(bytes).buffer)
    const put = (value: unknown): unknown => {
      if (typeof value === 'number') {
        const buffer = buffers[value % buffers.length]!
        return [buffer, new Uint8Array(buffer), Buffer.from(buffer), new DataView(buffer, 0, 1)][value % 4]
      }
      if (value instanceof Map) return new Map([...value].map(([key, one]) => [put(key), put(one)]))
      if (value instanceof Set) return new Set([...value].map(put))
      if (Array.isArray(value)) return value.map(put)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, put(one)]))
    }
    return { buffers, value: { buffers: buffers.slice(0, more), shape: put(shape), all: buffers } }
  })

describe('S5: transfer', () => {
  for (const [way, send] of Object.entries(WAYS)) {
    it(`moves the buffers of the list at any depth, and copies the others (${way})`, () => {
      fc.assert(
        fc.property(
          withBuffers,
          fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
          ({ buffers, value }, chosen) => {
            const before = structuredClone(value)
            const list = buffers.filter((_, index) => chosen[index])
            assert.equal(transfer(value, list), value)
            assert.ok(
              buffers.every(({ detached }) => !detached),
              'nothing moves before it is sent',
            )
            const arrived = send(value) as typeof value
            assert.deepEqual(
              buffers.map(({ detached }) => detached),
              buffers.map((_, index) => chosen[index]),
            )
            assert.deepEqual(plainly(arrived), plainly(before))
            const { all } = arrived
            assert.ok(all.every((buffer, index) => buffer !== buffers[index]))
            assert.deepEqual(arrived.buffers, all.slice(0, arrived.buffers.length), 'and the same ones are the same')
          },
        ),
      )
    })

    it(`moves nothing where something in the value cannot cross (${way})`, () => {
      fc.assert(
        fc.property(withBuffers, ({ buffers, value }) => {
          const message = [transfer(value), { after: () => 1 }]
          assert.throws(() => send(message), { name: 'NotCloneable', path: 'args[1].after' })
          assert.ok(buffers.every(({ detached }) => !detached))
          send([value])
          assert.ok(
            buffers.every(({ detached }) => detached),
            'the mark stays for the next one',
          )
        }),
      )
    })

    it(`a view on a part moves the whole buffer, a Buffer stays one, a resizable one can still be resized (${way})`, () => {
      const part = new Uint8Array(100).fill(7).subarray(10, 20)
      const buffer = Buffer.alloc(10_000, 1)
      const growing = new ArrayBuffer(8, { maxByteLength: 16 })
      const sent = { part, buffer, growing, view: new Uint8Array(growing) }
      const arrived = send(transfer(sent)) as typeof sent
      assert.deepEqual([part.length, buffer.length, growing.byteLength], [0, 0, 0])
      assert.deepEqual([arrived.part.byteOffset, arrived.part.buffer.byteLength], [10, 100])
      assert.ok(Buffer.isBuffer(arrived.buffer) && arrived.buffer.equals(Buffer.alloc(10_000, 1)))
      arrived.growing.resize(16)
      assert.equal(arrived.view.length, 16)
    })

    it(`moves a MessagePort with what waits in it (${way})`, () => {
      const { port1, port2 } = new MessageChannel()
      port2.postMessage('before')
      const { port } = send({ port: transfer(port1) }) as { port: MessagePort }
      port2.postMessage('after')
      assert.deepEqual(
        [receiveMessageOnPort(port), receiveMessageOnPort(port)],
        [{ message: 'before' }, { message: 'after' }],
      )
      assert.throws(() => transfer(port1), /a closed MessagePort cannot be moved/)
      port.close()
    })

    it(`moves web streams (${way})`, async (context) => {
      // The ports between the two ends of a moved stream hold no process.
      const holding = setInterval(() => {}, 1_000)
      context.after(() => clearInterval(holding))
      const written: string[] = []
      const closed = Promise.withResolvers<void>()
      const sent = {
        readable: ReadableStream.from(['a', 'b']),
        writable: new WritableStream<string>({
          write: (chunk) => void written.push(chunk),
          close: () => closed.resolve(),
        }),
        both: new TransformStream<string, string>({ transform: (chunk, to) => to.enqueue(chunk.toUpperCase()) }),
      }
      const { readable, writable, both } = send(transfer(sent)) as typeof sent
      assert.ok(sent.readable.locked && sent.writable.locked && sent.both.readable.locked)
      assert.deepEqual(await Array.fromAsync(readable), ['a', 'b'])
      const writer = writable.getWriter()
      void writer.write('x').then(() => writer.close())
      await closed.promise
      assert.deepEqual(written, ['x'])
      const toBoth = both.writable.getWriter()
      void toBoth.write('up').then(() => toBoth.close())
      assert.deepEqual(await Array.fromAsync(both.readable), ['UP'])
    })

    it(`moves a FileHandle (${way})`, async () => {
      const file = await open(HERE)
      const arrived = send([transfer(file)]) as [FileHandle]
      assert.equal(file.fd, -1)
      assert.match(await arrived[0].readFile('utf8'), /moves a FileHandle/)
      await arrived[0].close()
      assert.throws(() => transfer(file), /a closed FileHandle cannot be moved/)
    })

    it(`what got into trouble since is refused with its path, before anything moves (${way})`, async () => {
      const file = await open(HERE)
      const stream = ReadableStream.from(['a'])
      const bytes = new Uint8Array(3)
      const sent = transfer({ bytes, deep: [{ stream }, file] })
      const reader = stream.getReader()
      assert.throws(() => send(sent), {
        path: 'args.deep[0].stream',
        message: /a locked ReadableStream cannot be moved; /,
      })
      reader.releaseLock()
      const reading = file.read(Buffer.alloc(1))
      assert.throws(() => send(sent), { path: 'args.deep[1]', message: /a FileHandle in use cannot be moved; await/ })
      await reading
      assert.ok(bytes.length === 3 && file.fd >= 0 && !stream.locked)
      const arrived = send(sent) as typeof sent
      assert.deepEqual([bytes.length, file.fd, stream.locked], [0, -1, true])
      await (arrived.deep[1] as FileHandle).close()
    })

    it(`what a getter locks or detaches meanwhile is refused as well (${way})`, () => {
      const stream = ReadableStream.from(['a'])
      const buffer = new ArrayBuffer(3)
      const sent = {
        buffer: transfer(buffer),
        stream: transfer(stream),
        get late() {
          if (!stream.locked) stream.getReader()
          return 1
        },
      }
      assert.throws(() => send(sent), { path: 'args.stream' })
      assert.ok(!buffer.detached)
    })
  }

  it('elsewhere than in a message, what is marked is copied, or refused', () => {
    const buffer = transfer(Uint8Array.of(1, 2))
    assert.deepEqual(decode(encode(buffer, references, 'args'), references), buffer)
    assert.equal(buffer.length, 2)
    const { port1 } = new MessageChannel()
    assert.throws(() => encode(transfer(port1), references, 'args'), { path: 'args', found: 'a MessagePort' })
    port1.close()
  })

  it('refuses a list that cannot be, and marks nothing of it', () => {
    const buffer = new ArrayBuffer(1)
    const { port1 } = new MessageChannel()
    port1.close()
    const gone = new ArrayBuffer(1)
    structuredClone(gone, { transfer: [gone] })
    const shared = new SharedArrayBuffer(1)
    const pooled = Buffer.from('pooled')
    const memory = wasmMemory()
    const locked = ReadableStream.from([])
    locked.getReader()
    const value = {
      buffer,
      gone,
      shared,
      pooled,
      view: new Uint8Array(1),
      memory: memory.buffer,
      locked,
      map: new Map(),
    }
    const bad: readonly (readonly [unknown, string, RegExp])[] = [
      [buffer, 'an ArrayBuffer that stands in the list already', /name it once/],
      [new ArrayBuffer(1), 'an ArrayBuffer that is not in the value', /send it with the value/],
      [new MessageChannel().port1, 'a MessagePort that is not in the value', /send it with/],
      [shared, 'a SharedArrayBuffer', /stays shared/],
      [value.view, 'a view', /\[view\.buffer\]/],
      [pooled.buffer, 'the ArrayBuffer of a pool', /other Buffers/],
      [memory.buffer, 'the memory of a WebAssembly.Memory', /copies/],
      [locked, 'a locked ReadableStream', /reader/],
      [value.map, 'an object (empty)', /only ArrayBuffers, MessagePorts, web streams and FileHandles can/],
      [Object.create(MessageChannel.prototype), 'an object (empty)', /only ArrayBuffers/],
      ['text', '"text"', /only ArrayBuffers/],
      [null, 'null', /only ArrayBuffers/],
    ]
    for (const [thing, found, cure] of bad)
      assert.throws(
        () => transfer(value, [buffer, thing as Movable]),
        (error) => {
          assert.ok(error instanceof NotCloneable)
          assert.deepEqual([error.path, error.found], ['transfer(value, list): list[1]', found])
          assert.match(error.message, / cannot be moved; /)
          assert.match(error.message, cure)
          return true
        },
      )
    assert.throws(() => transfer(value, [buffer, gone]), { path: 'transfer(value, list): list[1]' })
    assert.throws(() => transfer(value, 'list' as never), { name: 'BadDefinition', message: /expected an array/ })
    assert.deepEqual(WAYS.within(buffer), buffer)
    assert.ok(!buffer.detached)
    assert.equal(memory.buffer.byteLength, 65_536)
  })

  it('without a list, refuses a value with nothing to move, or with something that should and cannot', () => {
    const locked = ReadableStream.from([])
    locked.getReader()
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [{ a: 1 }, /a value with nothing in it to move cannot be moved; only ArrayBuffers/],
      [1, /nothing in it to move/],
      [[new Uint8Array(new SharedArrayBuffer(1))], /shared memory stays shared by both sides/],
      [[Buffer.from('pooled')], /the ArrayBuffer of a pool cannot be moved/],
      [[new ArrayBuffer(1), locked], /a locked ReadableStream cannot be moved/],
    ]
    for (const [value, message] of cases) assert.throws(() => transfer(value), { name: 'NotCloneable', message })
  })

  it('without a list, leaves alone what has to stay, where something else moves', () => {
    const sent = { head: Buffer.from('head'), body: new Uint8Array(5), shared: new SharedArrayBuffer(1) }
    const arrived = WAYS.posted(transfer(sent)) as typeof sent
    assert.deepEqual([sent.head.toString(), sent.body.length], ['head', 0])
    assert.deepEqual([arrived.head.toString(), arrived.body.length], ['head', 5])
    new Uint8Array(arrived.shared)[0] = 7
    assert.equal(new Uint8Array(sent.shared)[0], 7)
  })
})

/** TypeScript's library for Node has no types for it. */
function wasmMemory(): { readonly buffer: ArrayBuffer } {
  const { Memory } = Reflect.get(globalThis, 'WebAssembly') as {
    readonly Memory: new (how: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  }
  return new Memory({ initial: 1 })
}

/** With its views as the bytes that they show, and its Buffers as what Node makes of them in a clone. */
function plainly(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)]
  if (ArrayBuffer.isView(value)) return [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
  if (value instanceof Map) return [...value].map(plainly)
  if (value instanceof Set) return [...value].map(plainly)
  if (Array.isArray(value)) return value.map(plainly)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, one]) => [key, plainly(one)])
}
