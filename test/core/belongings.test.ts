/** What an object owns outside, and how it hears of it: news in its mailbox, and an end with its incarnation. */

import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { News, Owned } from '../../src/core/belongings.ts'
import type { Cell } from '../../src/core/cell.ts'
import { contextOf } from '../../src/core/object-words.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
let seen: string[]
let release: () => void
beforeEach(() => {
  host = new TestHost()
  seen = []
})

class Keeper extends Task {
  hello(): void {
    seen.push('hello')
  }
  async hold(): Promise<void> {
    seen.push('holds')
    await new Promise<void>((resolve) => (release = resolve))
    seen.push('held')
  }
  crash(): void {
    this.fail(new Error('boom'))
  }
  opens(what: Owned): () => void {
    return contextOf(this).owner('open()').own(what, 'open()')
  }
  override onStop(): void {
    seen.push('onStop')
  }
}

/** Tells what it is asked for; `close` lasts until `end` is called. */
class Fake implements Owned {
  readonly #end = Promise.withResolvers<void>()
  rest(): void {
    seen.push('rest')
  }
  close(): Promise<void> {
    seen.push('close')
    return this.#end.promise.then(() => void seen.push('closed'))
  }
  abort(): void {
    seen.push('abort')
  }
  end(): void {
    this.#end.resolve()
  }
}

function news(name: string, run: () => unknown = () => {}): News {
  return {
    isCurrent: () => true,
    run: () => {
      seen.push(name)
      return run()
    },
    begun: () => seen.push(`${name} begun`),
    postponed: () => seen.push(`${name} postponed`),
    dropped: () => seen.push(`${name} dropped`),
  }
}
const tell = (cell: Cell, what: News): void => cell.belongings.tell('onNetReceived', what)

describe('news of what an object owns', () => {
  it('S4: run between its other messages, in their order', async () => {
    const { cell, remote } = await host.start('keeper', Keeper)
    void remote.hold()
    tell(cell, news('one'))
    void remote.hello()
    tell(cell, news('two'))
    await host.settle()
    assert.deepEqual(seen, ['holds'])
    release()
    await host.settle()
    assert.deepEqual(seen, ['holds', 'held', 'one begun', 'one', 'hello', 'two begun', 'two'])
  })

  it('S31: that throw are a failure that names their hook', async () => {
    const { cell } = await host.start('keeper', Keeper)
    tell(
      cell,
      news('one', () => {
        throw new Error('boom')
      }),
    )
    await host.settle()
    assert.deepEqual(host.log.texts('error'), ['keeper.onNetReceived failed: boom'])
  })

  it('S25: may be postponed, and come back with the next State', async () => {
    class Shut extends State<Keeper> {
      hello(): void {
        this.become(Wide)
      }
    }
    class Wide extends State<Keeper> {}
    class Door extends Keeper {
      override onInit(): void {
        this.become(Shut)
      }
      takes(): void {
        if (contextOf(this).object === this && cell.stateName === 'Shut') this.postpone()
        seen.push('taken')
      }
    }
    const { cell, object, remote } = await host.start('door', Door)
    tell(
      cell,
      news('one', () => object.takes()),
    )
    await host.settle()
    void remote.hello()
    await host.settle()
    assert.deepEqual(seen, ['one begun', 'one', 'one postponed', 'one begun', 'one', 'taken'])
  })

  it('S32: are not for a successor, which has the rest of the mail', async () => {
    host.supervised = true
    const { cell, remote } = await host.start('keeper', Keeper)
    void remote.crash().catch(() => {})
    tell(cell, news('one'))
    void remote.hello()
    await host.settle()
    assert.ok(cell.isHalted)
    await host.startCell(host.succeed(cell, Keeper))
    assert.deepEqual(seen, ['onStop', 'one dropped', 'hello'])
  })

  it('S1: that come too late are counted', async () => {
    const { cell } = await host.start('keeper', Keeper)
    await cell.end('enough', { drain: false })
    tell(cell, news('one'))
    assert.deepEqual(host.drops, [{ name: 'keeper', method: 'onNetReceived', reason: 'receiver dead' }])
  })
})

describe('what an object owns', () => {
  it('S30: rests when it is to end, is closed behind onStop, and waited for', async () => {
    const { cell, object } = await host.start('keeper', Keeper)
    const fake = new Fake()
    object.opens(fake)
    const ended = cell.end('enough', { drain: true })
    tell(cell, news('late'))
    await host.settle()
    assert.deepEqual(host.deaths, [])
    fake.end()
    await ended
    // Once when it begins to drain, once when it ends; then nothing is left of it.
    assert.deepEqual(seen, ['rest', 'rest', 'late dropped', 'onStop', 'close', 'closed', 'abort'])
  })

  it('S32: ends with the incarnation that has opened it', async () => {
    host.supervised = true
    const { cell, object, remote } = await host.start('keeper', Keeper)
    const fake = new Fake()
    object.opens(fake)
    fake.end()
    void remote.crash().catch(() => {})
    await host.settle()
    assert.ok(cell.isHalted)
    assert.deepEqual(seen, ['rest', 'onStop', 'close', 'closed', 'abort'])
  })

  it('S33: is aborted when the object is killed', async () => {
    const { cell, object } = await host.start('keeper', Keeper)
    object.opens(new Fake())
    cell.kill('enough')
    assert.deepEqual(seen, ['rest', 'abort'])
  })

  it('that was given back is left alone', async () => {
    const { cell, object } = await host.start('keeper', Keeper)
    object.opens(new Fake())()
    await cell.end('enough', { drain: true })
    assert.deepEqual(seen, ['onStop'])
  })

  it('is not opened by one that has ended: nothing would close it', async () => {
    const { cell, object } = await host.start('keeper', Keeper)
    await cell.end('enough', { drain: false })
    assert.throws(() => object.opens(new Fake()), {
      name: 'NotInTurn',
      message: 'keeper: open(): this object has ended, so nothing would end what it opens',
    })
  })
})
