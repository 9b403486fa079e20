/** S5, S6: instances with a codec, together with what is shared and what moves. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Misread } from '../../src/wire/codec.ts'
import { codec } from '../../src/wire/define-codec.ts'
import { discard } from '../../src/wire/movables.ts'
import { isShared, share } from '../../src/wire/shared.ts'
import { transfer } from '../../src/wire/transfer.ts'
import { Box, Fault } from './classes.ts'
import { WAYS } from './ways.ts'

/** Moves with each message that it is in. */
class Frame {
  readonly pixels: Uint8Array
  constructor(pixels: Uint8Array) {
    this.pixels = pixels
  }
}
codec(import.meta.url, {
  class: Frame,
  write: ({ pixels }) => transfer(pixels),
  read: (pixels) => new Frame(pixels),
})

/** A port whose other end tells when it is closed. */
function port(): { readonly port: MessagePort; readonly closed: Promise<unknown> } {
  const { port1, port2 } = new MessageChannel()
  // It keeps the event loop running until then.
  port2.on('message', () => {})
  return { port: port1, closed: once(port2, 'close') }
}

for (const [way, cross] of Object.entries(WAYS))
  describe(`instances with a codec, ${way}`, () => {
    it('S5: what their codec has marked moves, and is detached at the sender', () => {
      const frame = new Frame(Uint8Array.of(1, 2, 3))
      const [arrived, label] = cross([frame, 'label']) as [Frame, string]
      assert.ok(arrived instanceof Frame)
      assert.deepEqual([[...arrived.pixels], frame.pixels.length, label], [[1, 2, 3], 0, 'label'])
    })

    it('S5: a refused message moves nothing of them', () => {
      const frame = new Frame(Uint8Array.of(1, 2, 3))
      assert.throws(() => cross([frame, () => 1]), { code: 'NOT_CLONEABLE', path: 'args[1]' })
      assert.equal(frame.pixels.length, 3)
      assert.equal((cross([frame]) as [Frame])[0].pixels.length, 3)
    })

    it('S5: what is shared stays so in what their codec writes', () => {
      const rules = share({ limits: [1, 2] })
      const [box, again] = cross([new Box(rules), rules]) as [Box, object]
      assert.equal(box.content, again)
      assert.ok(Object.isFrozen(again) && isShared(again))
      assert.equal(again === rules, way !== 'posted')
    })

    it('S1, S6: what moved with an instance that cannot be made again is closed', async () => {
      const { port: moving, closed } = port()
      transfer(moving)
      assert.ok(Misread.is(crossOrMisread([moving, new Fault('read')])))
      await closed
    })

    it('S1, S6: what moved with a message that is not handled is closed, also where an instance holds it', async () => {
      const { port: moving, closed } = port()
      transfer(moving)
      const arrived = cross([new Box(moving)]) as [Box]
      assert.notEqual(arrived[0].content, moving)
      discard(arrived)
      await closed
    })

    it('S1, S17: what moved in the field of an error where a text takes its place is closed', async () => {
      const { port: moving, closed } = port()
      transfer(moving)
      const error = cross(Object.assign(new Error('e'), { field: [moving, new Fault('read')] })) as { field: unknown }
      assert.match(String(error.field), /^\[an instance that codec Fault could not make again/)
      await closed
    })

    function crossOrMisread(value: unknown): unknown {
      try {
        return cross(value)
      } catch (error) {
        // Where it is decode() that reads.
        assert.equal((error as { code?: string }).code, 'NOT_CLONEABLE')
        return new Misread({ found: 'it' })
      }
    }
  })

describe('share(value)', () => {
  it('S5: refuses an instance, with or without a codec, with its path', () => {
    assert.throws(
      () => share({ deep: [new Box(1)] }),
      /^NotCloneable: share\(value\)\.deep\[0\]: a Box cannot be shared/,
    )
  })
})
