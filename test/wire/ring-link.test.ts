import assert from 'node:assert/strict'
import { test } from 'node:test'
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

linkContract('a link by rings', ofSizes(DEFAULT_RING_SIZES))
linkContract('a link by rings so small that they are always full', ofSizes({ request: 256, answer: 128 }))
linkContract('a link by the smallest rings there are', ofSizes({ request: 64, answer: 64 }))

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
