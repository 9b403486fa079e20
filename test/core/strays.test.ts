import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Actor } from '../../src/core/actor.ts'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
let seen: string[]
beforeEach(() => {
  host = new TestHost()
  seen = []
})

const RESTART = { action: 'restart', calls: false } as const
const STOP = { action: 'stop', calls: false } as const
const boom = (): Error => new RangeError('boom')

class Loose extends Task {
  #release: (() => void) | undefined
  hello(): void {
    seen.push('hello')
  }
  async hold(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#release = resolve
    })
    seen.push('held')
  }
  override onException(method: string, error: unknown): void {
    seen.push(`${method}: ${(error as Error).message}`)
  }
  override onStop(): unknown {
    return seen.push('onStop')
  }
  letGo(): void {
    this.#release?.()
  }
}

describe('an error outside any handler', () => {
  for (const origin of ['uncaughtException', 'unhandledRejection'] as const)
    it(`S33: is a failure of its object: counted, logged, told to onException; the object goes on (${origin})`, async () => {
      const { cell, remote } = await host.start('loose', Loose)
      cell.strayed(origin, boom())
      await host.settle()
      void remote.hello()
      await host.settle()
      assert.deepEqual(seen, [`${origin}: boom`, 'hello'])
      const what = origin === 'uncaughtException' ? 'an uncaught exception' : 'an unhandled rejection'
      assert.deepEqual(host.log.texts('error'), [`loose failed by ${what}: boom`])
      assert.match((host.log.lines[0]!.fields.err as Error).stack!, /strays\.test\.ts/)
      assert.equal(cell.inspect().failed, 1)
      assert.equal(cell.inspect().mode, 'running')
    })

  it('S33: is nobody’s secret without an onException', async () => {
    class Plain extends Actor {}
    const { cell } = await host.start('plain', Plain)
    cell.strayed('uncaughtException', boom())
    await host.settle()
    assert.deepEqual(host.log.texts('error'), ['plain failed by an uncaught exception: boom'])
    assert.equal(cell.inspect().failed, 1)
  })

  it('S33, S4: is told to onException when the handler in hand has ended, which is not blamed, and before what waits', async () => {
    const { cell, object, remote } = await host.start('loose', Loose)
    const held = remote.hold()
    void remote.hello()
    await host.settle()
    cell.strayed('uncaughtException', boom())
    await host.settle()
    assert.deepEqual(seen, [])
    assert.deepEqual(host.log.texts('error'), ['loose failed by an uncaught exception: boom, while hold was in hand'])
    object.letGo()
    await host.answer(held)
    assert.deepEqual(seen, ['held', 'uncaughtException: boom', 'hello'])
  })

  it('S33: is told to onException of the State, which may change it', async () => {
    class Broken extends State<Machine> {
      hello(): void {
        seen.push('broken')
      }
    }
    class Fine extends State<Machine> {
      override onException(): void {
        this.become(Broken)
      }
    }
    class Machine extends Task {
      override onStart(): void {
        this.become(Fine)
      }
      hello(): void {
        seen.push('fine')
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    await host.answer(remote.hello())
    cell.strayed('unhandledRejection', boom())
    await host.answer(remote.hello())
    assert.deepEqual(seen, ['fine', 'broken'])
  })

  it('S33: may be anything', async () => {
    class Odd extends Task {
      override onException(method: string, error: unknown): void {
        seen.push(`${method}: ${typeof error}`)
      }
    }
    const { cell } = await host.start('odd', Odd)
    for (const thrown of [undefined, null, 'text', Object.create(null) as object]) {
      cell.strayed('uncaughtException', thrown)
      await host.settle()
    }
    assert.deepEqual(
      seen,
      ['undefined', 'object', 'string', 'object'].map((type) => `uncaughtException: ${type}`),
    )
    assert.equal(cell.inspect().failed, 4)
  })

  it('S33, S27: of one that has not opened yet is told to it once it has', async () => {
    const { cell } = host.make('loose', Loose)
    await cell.startHook('onStart')
    cell.strayed('unhandledRejection', boom())
    await host.settle()
    assert.deepEqual(seen, [])
    assert.equal(host.log.texts('error').length, 1)
    cell.open()
    await host.settle()
    assert.deepEqual(seen, ['unhandledRejection: boom'])
  })

  it('S33, S30: of one that drains is told to it; of one that ends, to the log alone', async () => {
    const { cell, object } = await host.start('loose', Loose)
    host.post(cell, { method: 'hold' })
    await host.settle()
    const ended = cell.end('the system stops', { drain: true })
    cell.strayed('uncaughtException', boom())
    object.letGo()
    await host.settle()
    await ended
    assert.deepEqual(seen, ['held', 'uncaughtException: boom', 'onStop'])

    const slow = await host.start(
      'slow',
      class extends Loose {
        override onStop(): Promise<void> {
          return this.hold()
        }
      },
    )
    seen = []
    void slow.cell.end('the system stops', { drain: true })
    await host.settle()
    slow.cell.strayed('uncaughtException', boom())
    slow.object.letGo()
    await host.settle()
    assert.deepEqual(seen, ['held'])
    assert.equal(slow.cell.isDead, true)
    assert.match(
      host.log.texts('error').at(-1)!,
      /slow failed by an uncaught exception: boom, while onStop was in hand/,
    )
  })

  it('S39: of an incarnation that is over is counted and logged at level debug, and no failure of its successor', async () => {
    host.supervised = true
    const { cell } = await host.start('loose', Loose, { failure: RESTART })
    cell.crashSoon('it had enough')
    await host.settle()
    cell.strayed('uncaughtException', boom())
    const next = host.succeed(cell, Loose)
    await host.startCell(next)
    cell.strayed('unhandledRejection', boom())
    await host.settle()
    assert.deepEqual(seen, ['onStop'])
    assert.deepEqual(host.log.texts('error'), [])
    assert.deepEqual(host.log.texts('debug'), [
      'loose, an incarnation that is over: an uncaught exception: boom',
      'loose, an incarnation that is over: an unhandled rejection: boom',
    ])
    assert.deepEqual(
      host.drops.map(({ reason }) => reason),
      ['old incarnation', 'old incarnation'],
    )
    assert.equal(next.inspect().failed, 0)
    assert.equal(next.inspect().mode, 'running')
  })

  it('S33: that waits for the handler in hand when its object is ended is told to nobody else', async () => {
    host.supervised = true
    const { cell } = await host.start('loose', Loose)
    host.post(cell, { method: 'hold' })
    await host.settle()
    cell.strayed('uncaughtException', boom())
    cell.kill('the watchdog', { keepMail: true })
    const next = host.succeed(cell, Loose)
    await host.startCell(next)
    assert.deepEqual(seen, [])
    assert.deepEqual(host.drops.at(-1), { name: 'loose', method: 'uncaughtException', reason: 'old incarnation' })
  })

  it('S33: that comes again and again while a handler waits is told a hundred times, and always logged', async () => {
    const { cell, object, remote } = await host.start('loose', Loose)
    const held = remote.hold()
    await host.settle()
    for (let times = 0; times < 102; times++) cell.strayed('uncaughtException', boom())
    object.letGo()
    await host.answer(held)
    assert.equal(seen.length, 101)
    assert.equal(host.log.texts('error').length, 102)
    assert.equal(
      host.log.texts('error').at(-1),
      'loose failed by an uncaught exception: boom, while hold was in hand; onException is not told of it, since 100 wait for that',
    )
    assert.equal(cell.inspect().failed, 102)
  })
})

describe('the policy', () => {
  it('S33, S32: restarts the object, after what is in hand and onException, and its mail waits', async () => {
    host.supervised = true
    const { cell, object, remote } = await host.start('loose', Loose, { failure: RESTART })
    const held = remote.hold()
    tell(remote).hello()
    await host.settle()
    cell.strayed('unhandledRejection', boom())
    object.letGo()
    await host.answer(held)
    assert.deepEqual(seen, ['held', 'unhandledRejection: boom', 'onStop'])
    assert.deepEqual(host.halts, [{ name: 'loose', reason: 'an unhandled rejection: boom', isCrash: true }])
    await host.startCell(host.succeed(cell, Loose))
    assert.equal(seen.at(-1), 'hello')
  })

  it('S33: stops the object', async () => {
    const { cell } = await host.start('loose', Loose, { failure: STOP })
    cell.strayed('uncaughtException', boom())
    await host.settle()
    assert.deepEqual(seen, ['uncaughtException: boom', 'onStop'])
    assert.deepEqual(host.deaths, [{ name: 'loose', reason: 'an uncaught exception: boom' }])
  })

  it('S33: waits 5 s for what is in hand, which may wait for the very callback that has thrown', async () => {
    host.supervised = true
    const { cell, remote } = await host.start('loose', Loose, { failure: RESTART })
    const held = remote.hold()
    tell(remote).hello()
    await host.settle()
    cell.strayed('uncaughtException', boom())
    await host.advance(4_999)
    assert.equal(cell.inspect().mode, 'running')
    await host.advance(1)
    const error = await host.error(held)
    assert.equal(error.code, 'ACTOR_DEAD')
    assert.match(error.message, /an uncaught exception: boom; hold was not answered/)
    assert.deepEqual(host.halts, [{ name: 'loose', reason: 'an uncaught exception: boom', isCrash: true }])
    await host.startCell(host.succeed(cell, Loose))
    assert.deepEqual(seen, ['hello'])
  })

  it('S33: that stops the object waits as long', async () => {
    const { cell, remote } = await host.start('loose', Loose, { failure: STOP })
    const held = remote.hold()
    await host.settle()
    cell.strayed('uncaughtException', boom())
    await host.advance(5_000)
    await host.error(held)
    assert.deepEqual(host.deaths, [{ name: 'loose', reason: 'an uncaught exception: boom' }])
  })

  it('S33: leaves one that ends to the deadline of its end', async () => {
    host.supervised = true
    for (const failure of [RESTART, STOP]) {
      const { cell, object } = await host.start('loose', Loose, { failure })
      host.post(cell, { method: 'hold' })
      await host.settle()
      cell.strayed('uncaughtException', boom())
      const ended = cell.end('the system stops', { drain: true })
      await host.advance(60_000)
      assert.equal(cell.inspect().mode, 'draining')
      object.letGo()
      await host.settle()
      await ended
    }
    assert.deepEqual(host.halts, [])
  })

  it('S33: that ends nothing leaves the handler in hand alone', async () => {
    const { cell, object, remote } = await host.start('loose', Loose)
    const held = remote.hold()
    await host.settle()
    cell.strayed('uncaughtException', boom())
    await host.advance(60_000)
    object.letGo()
    await host.answer(held)
    assert.deepEqual(seen, ['held', 'uncaughtException: boom'])
  })
})
