import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { makeLinkPair, openLink } from '../../src/wire/link-pair.ts'
import { DEFAULT_RING_SIZES, type RingSizes } from '../../src/wire/ring-link.ts'
import { RingWriter } from '../../src/wire/ring.ts'
import { linkContract, type MakeLinks } from './link-contract.ts'

const ofSizes =
  (sizes: RingSizes): MakeLinks =>
  (left, right) => {
    const [leftHalf, rightHalf] = makeLinkPair('ring', sizes)
    return [openLink(leftHalf, left), openLink(rightHalf, right)]
  }

/** Their send() takes the way that Routes takes: what stands in a writer goes without a record, where it can. */
const byWriter =
  (make: MakeLinks): MakeLinks =>
  (left, right) => {
    const ends = make(left, right)
    for (const end of ends) {
      const asRecord = end.send.bind(end)
      end.send = (lane, record) => {
        const writer = new ByteWriter()
        writer.copy(record.bytes)
        if (record.attachments.length > 0 || end.sendWritten?.(lane, writer) !== true) asRecord(lane, record)
      }
    }
    return ends
  }

linkContract('a link by rings', ofSizes(DEFAULT_RING_SIZES))
linkContract('a link by rings so small that they are always full', ofSizes({ request: 256, answer: 128 }))
linkContract('a link by the smallest rings there are', ofSizes({ request: 64, answer: 64 }))
linkContract('a link by rings, from a writer', byWriter(ofSizes(DEFAULT_RING_SIZES)))
linkContract('a link by small rings, from a writer', byWriter(ofSizes({ request: 256, answer: 128 })))

test('the peer is rung for the first record that it has not seen, and again when it has read to the end', () => {
  const [leftHalf, rightHalf] = makeLinkPair('ring')
  let rings = 0
  const left = openLink(leftHalf, { onReadable: () => {}, ringPeer: () => rings++ })
  const right = openLink(rightHalf, { onReadable: () => {}, ringPeer: () => {} })
  const send = (lane: 'request' | 'answer') => left.send(lane, { bytes: new Uint8Array(8), attachments: [] })
  for (let i = 0; i < 10; i++) send('request')
  assert.equal(rings, 1)
  for (let i = 0; i < 10; i++) send('answer')
  assert.equal(rings, 2, 'each lane for itself')
  right.readAnswers(() => {}, Infinity)
  send('request')
  send('answer')
  assert.equal(rings, 3, 'the requests have not been read')
  right.read(() => {}, 5)
  send('request')
  assert.equal(rings, 3, 'it knows that there may be more')
  right.read(() => {}, Infinity)
  send('request')
  assert.equal(rings, 4)
  left.close()
  right.close()
})

test('a reading that ends by an error asks for another turn, since the peer will not ring for what is behind it', () => {
  const [leftHalf, rightHalf] = makeLinkPair('ring')
  let asked = 0
  const left = openLink(leftHalf, { onReadable: () => {}, ringPeer: () => {} })
  const right = openLink(rightHalf, { onReadable: () => asked++, ringPeer: () => {} })
  for (let i = 0; i < 2; i++) left.send('request', { bytes: new Uint8Array(8), attachments: [] })
  const fail = () => {
    throw new Error('from receive')
  }
  assert.throws(() => right.read(fail, Infinity), /from receive/)
  assert.equal(asked, 1)
  assert.equal(
    right.read(() => {}, Infinity),
    1,
  )
  left.close()
  right.close()
})

test('a bell that could not be rung is rung for the next record', () => {
  const [leftHalf, rightHalf] = makeLinkPair('ring')
  let rings = 0
  const ringPeer = () => {
    if (++rings === 1) throw new RangeError('Maximum call stack size exceeded')
  }
  const left = openLink(leftHalf, { onReadable: () => {}, ringPeer })
  const send = () => left.send('request', { bytes: new Uint8Array(8), attachments: [] })
  assert.throws(send, RangeError)
  send()
  send()
  assert.equal(rings, 2)
  left.close()
  openLink(rightHalf, { onReadable: () => {}, ringPeer: () => {} }).close()
})

test('a send() that fails after its parcel was posted, as by a stack overflow, does not displace the parcels after it', (t) => {
  const [leftHalf, rightHalf] = makeLinkPair('ring', { request: 256, answer: 256 })
  const options = { onReadable: () => {}, ringPeer: () => {} }
  const [left, right] = [openLink(leftHalf, options), openLink(rightHalf, options)]
  const send = (text: string) => left.send('request', { bytes: Buffer.from(text), attachments: ['by port'] })
  const seen: string[] = []
  const readOne = () => right.read((_, { bytes }) => seen.push(Buffer.from(bytes).toString()), 1)

  send('first')
  const publish = t.mock.method(RingWriter.prototype, 'put', () => {
    throw new RangeError('Maximum call stack size exceeded')
  })
  assert.throws(() => send('never sent'), RangeError)
  publish.mock.restore()
  readOne()
  send('second')
  readOne()
  assert.deepEqual(seen, ['first', 'second'])
  left.close()
  right.close()
})
