import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { ParcelPort } from '../../src/wire/parcel-port.ts'

const record = { bytes: new Uint8Array([1]), attachments: [] }

/** Two ends; the second one's `onReadable` is counted, and does `also`. */
function makePorts(t: TestContext, also: (reader: ParcelPort) => void = () => {}) {
  const { port1, port2 } = new MessageChannel()
  const called = { times: 0 }
  const sender = new ParcelPort(port1, { onReadable: () => {} })
  const reader: ParcelPort = new ParcelPort(port2, {
    onReadable: () => {
      called.times++
      also(reader)
    },
  })
  t.after(() => [sender, reader].forEach((end) => end.close()))
  return { sender, reader, called }
}

async function turnsOfTheLoop(): Promise<void> {
  for (let i = 0; i < 20; i++) await setImmediate()
}

describe('a parcel port', () => {
  test('sorts by lane what it collects without the event loop', (t) => {
    const { sender, reader } = makePorts(t)
    sender.post('request', record)
    sender.post('answer', record)
    reader.collect()
    assert.deepEqual(reader.inbox.take('answer')?.bytes, record.bytes)
    assert.deepEqual(reader.inbox.take('request')?.bytes, record.bytes)
    assert.equal(reader.inbox.take('request'), undefined)
  })

  test('says that there is something to read when collect() takes a message out of the hands of the event loop', (t) => {
    const { sender, reader, called } = makePorts(t)
    sender.wake()
    reader.collect()
    assert.equal(called.times, 1)
    reader.collect()
    assert.equal(called.times, 1)
  })

  test('wakes the event loop by an empty message that nobody reads', async (t) => {
    const { sender, reader, called } = makePorts(t)
    sender.wake()
    await turnsOfTheLoop()
    assert.equal(called.times, 1)
    assert.equal(reader.inbox.take('request'), undefined)
  })

  test('says so once more after it was closed, since a message to wake this thread may be lost with it', async (t) => {
    const { sender, reader, called } = makePorts(t)
    sender.wake()
    reader.close()
    await turnsOfTheLoop()
    assert.ok(called.times > 0)
  })

  test('may be read inside the event that says that the peer has closed, which Node itself does not survive', async (t) => {
    const { sender, reader, called } = makePorts(t, (port) => port.collect())
    sender.post('request', record)
    sender.close()
    await turnsOfTheLoop()
    assert.ok(called.times >= 2)
    assert.equal(reader.isOpen, false)
    assert.deepEqual(reader.inbox.take('request')?.bytes, record.bytes)
  })
})
