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

const STOP = { action: 'stop', calls: false } as const
const STOP_CALLS = { action: 'stop', calls: true } as const

class Fragile extends Task {
  work(what: string): string {
    if (what === 'bad') throw new RangeError('bad work')
    return what
  }
  async later(what: string): Promise<string> {
    await Promise.resolve()
    return this.work(what)
  }
  happened(): void {
    throw new Error('bad news')
  }
  fuse(): void {
    this.timer('fuse', 10, () => this.work('bad'))
  }
  override onException(method: string, error: unknown): void {
    seen.push(`${method}: ${(error as Error).message}`)
  }
}
class Teller extends Task<{ happened(): void }> {
  tellAll(): void {
    this.notify.happened()
  }
}

describe('an error thrown in a call', () => {
  for (const method of ['work', 'later'] as const)
    it(`S31: goes to the caller and to onException; the object goes on (${method})`, async () => {
      const { cell, remote } = await host.start('fragile', Fragile)
      assert.ok((await host.error(remote[method]('bad'))) instanceof RangeError)
      assert.deepEqual(seen, [`${method}: bad work`])
      assert.equal(await host.answer(remote[method]('good')), 'good')
      assert.equal(cell.inspect().failed, 1)
    })

  it('S31: is seen by its caller, so the log has it only at level debug', async () => {
    const { remote } = await host.start('fragile', Fragile)
    await host.error(remote.work('bad'))
    assert.deepEqual(host.log.texts('error'), [])
    assert.deepEqual(host.log.texts('debug'), ['fragile.work failed: bad work'])
  })

  it('S31: may be anything', async () => {
    class Odd extends Actor {
      throwIt(what: unknown): void {
        throw what
      }
    }
    const { cell, remote } = await host.start('odd', Odd)
    for (const thrown of [undefined, null, 'text', 7]) {
      const outcome = remote.throwIt(thrown).then(
        () => 'no error',
        (error: unknown) => ({ error }),
      )
      await host.settle()
      assert.deepEqual(await outcome, { error: thrown })
    }
    assert.equal(cell.inspect().failed, 4)
  })
})

describe('an error that nobody else sees', () => {
  it('S31: of a tell, a notification or a timer is logged with its stack and asked of onException; the object goes on', async () => {
    const teller = await host.start('teller', Teller)
    const { cell, remote } = await host.start(
      'fragile',
      class Listening extends Fragile {
        onStart(): void {
          void this.observe('teller')
        }
      },
    )
    tell(remote).work('bad')
    void teller.remote.tellAll()
    void remote.fuse()
    await host.advance(10)
    assert.deepEqual(seen, ['work: bad work', 'happened: bad news', 'timer fuse: bad work'])
    assert.deepEqual(host.log.texts('error'), [
      'fragile.work failed: bad work',
      'fragile.happened failed: bad news',
      'fragile.timer fuse failed: bad work',
    ])
    assert.match((host.log.lines[0]!.fields.err as Error).stack!, /bad work[^]*failure\.test\.ts/)
    assert.equal(cell.inspect().mode, 'running')
  })
})

describe('onException', () => {
  it('S31: is awaited before the next message', async () => {
    class Slow extends Task {
      work(): void {
        throw new Error('bad')
      }
      next(): void {
        seen.push('next')
      }
      override async onException(): Promise<void> {
        await this.pause(100)
        seen.push('handled')
      }
    }
    const { remote } = await host.start('slow', Slow)
    void remote.work().catch(() => {})
    void remote.next()
    await host.advance(100)
    assert.deepEqual(seen, ['handled', 'next'])
  })

  it('S31: that throws itself is logged, and the object goes on', async () => {
    class Worse extends Task {
      work(): void {
        throw new Error('bad')
      }
      ok(): string {
        return 'ok'
      }
      override onException(): void {
        throw new Error('worse')
      }
    }
    const { cell, remote } = await host.start('worse', Worse)
    assert.equal((await host.error(remote.work())).message, 'bad')
    assert.deepEqual(host.log.texts('error'), ['worse.onException failed: worse'])
    assert.equal(await host.answer(remote.ok()), 'ok')
    assert.equal(cell.inspect().failed, 1)
  })

  it('S24: may become: the State changes when it has ended without error', async () => {
    class Broken extends State<Machine> {}
    class Machine extends Task {
      fine = true
      work(): void {
        this.become(Other)
        throw new Error('bad')
      }
      override onException(): void {
        this.become(Broken)
        if (!this.fine) throw new Error('worse')
      }
    }
    class Other extends State<Machine> {}
    const a = await host.start('a', Machine)
    await host.error(a.remote.work())
    assert.equal(a.cell.stateName, 'Broken')
    const b = await host.start('b', Machine)
    b.object.fine = false
    await host.error(b.remote.work())
    assert.equal(b.cell.stateName, undefined)
  })

  it('S24: of an error in onEnter may become too', async () => {
    class NoEntry extends State<Machine> {
      override onEnter(): void {
        throw new Error('no entry')
      }
    }
    class Safe extends State<Machine> {}
    class Machine extends Task {
      go(): void {
        this.become(NoEntry)
      }
      override onException(): void {
        this.become(Safe)
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.equal(cell.stateName, 'Safe')
  })

  it('S31: knows the message that failed', async () => {
    class Curious extends Task {
      work(): void {
        throw new Error('bad')
      }
      override async onException(): Promise<void> {
        await Promise.resolve()
        seen.push(String(this.context.sender))
      }
    }
    const { remote } = await host.start('curious', Curious)
    await host.error(host.as(55, () => remote.work()))
    assert.deepEqual(seen, ['55'])
  })
})

describe('failure: stop', () => {
  it('S31: ends the object after an error that nobody sees', async () => {
    const { cell, remote } = await host.start('fragile', Fragile, { failure: STOP })
    tell(remote).work('bad')
    const queued = remote.work('good')
    await host.settle()
    assert.deepEqual(host.deaths, [{ name: 'fragile', reason: 'work failed: bad work' }])
    assert.equal((await host.error(queued)).executed, 'no')
    assert.deepEqual(seen, ['work: bad work'])
    assert.equal(cell.isDead, true)
  })

  it('S31: does not end it after an error that a caller gets', async () => {
    const { cell, remote } = await host.start('fragile', Fragile, { failure: STOP })
    await host.error(remote.work('bad'))
    assert.equal(cell.inspect().mode, 'running')
  })

  it('S31: ends it after that too where calls count', async () => {
    const { remote } = await host.start('fragile', Fragile, { failure: STOP_CALLS })
    assert.ok((await host.error(remote.work('bad'))) instanceof RangeError)
    assert.deepEqual(host.deaths, [{ name: 'fragile', reason: 'work failed: bad work' }])
    assert.deepEqual(host.log.texts('error'), ['fragile.work failed: bad work'])
  })

  it('S31: counts errors of enter, leave, and of the constructor of a State', async () => {
    class Bad extends State<Machine> {
      override onEnter(): void {
        if (this.task.name === 'enter') throw new Error('bad')
      }
      override onLeave(): void {
        if (this.task.name === 'leave') throw new Error('bad')
      }
      go(): void {
        this.become(Bad)
      }
    }
    class Broken extends State<Machine> {
      constructor() {
        super()
        throw new Error('bad')
      }
    }
    class Machine extends Task {
      go(): void {
        this.become(this.name === 'new' ? Broken : Bad)
      }
    }
    for (const name of ['enter', 'leave', 'new']) {
      const { cell, remote } = await host.start(name, Machine, { failure: STOP })
      void remote.go()
      void remote.go()
      await host.settle()
      assert.equal(cell.isDead, true, name)
    }
    assert.deepEqual(
      host.deaths.map(({ reason }) => reason),
      ['onEnter failed: bad', 'onLeave failed: bad', 'new Broken failed: bad'],
    )
  })

  it('S9: is not meant for unknown methods', async () => {
    const { cell, remote } = await host.start('fragile', Fragile, { failure: STOP_CALLS })
    await host.error((remote as unknown as { no(): Promise<void> }).no())
    assert.equal(cell.inspect().mode, 'running')
  })
})

describe('fail', () => {
  class Crashing extends Task {
    crash(how: string): void {
      if (how === 'plain') this.fail(new Error('crash'))
      try {
        this.fail(new Error('crash'))
      } catch (cause) {
        if (how === 'wrapped') throw new Error('wrapped', { cause })
      }
    }
    async crashLater(): Promise<void> {
      await Promise.resolve()
      this.fail(new Error('crash'))
    }
  }

  for (const how of ['plain', 'swallowed', 'wrapped'])
    it(`S31: ends the object whatever the policy, and the call in hand gets the error (${how})`, async () => {
      const { remote } = await host.start('crashing', Crashing)
      const error = await host.error(remote.crash(how))
      assert.equal(error.message, 'crash')
      assert.deepEqual(host.deaths, [{ name: 'crashing', reason: 'crash failed: crash' }])
      assert.deepEqual(host.log.texts('error'), ['crashing.crash failed: crash'])
    })

  it('S31: works after awaits', async () => {
    const { cell, remote } = await host.start('crashing', Crashing)
    assert.equal((await host.error(remote.crashLater())).message, 'crash')
    assert.equal(cell.isDead, true)
  })

  it('S31: in onException is a crash too', async () => {
    class Strict extends Task {
      work(): void {
        throw new Error('bad')
      }
      override onException(_: string, error: unknown): void {
        this.fail(error)
      }
    }
    const { remote } = await host.start('strict', Strict)
    await host.error(remote.work())
    assert.deepEqual(host.deaths, [{ name: 'strict', reason: 'onException failed: bad' }])
  })

  it('S31: is told to onException once', async () => {
    class Told extends Crashing {
      override onException(method: string, error: unknown): void {
        seen.push(`${method}: ${(error as Error).message}`)
      }
    }
    const { remote } = await host.start('told', Told)
    await host.error(remote.crash('swallowed'))
    assert.deepEqual(seen, ['crash: crash'])
    assert.deepEqual(host.log.texts('error'), ['told.crash failed: crash'])
  })

  it('S31: in onEnter or onLeave ends the object, and changes the State no further', async () => {
    class Bad extends State<Machine> {
      override onEnter(): void {
        if (this.task.name !== 'enter') return
        this.become(Other)
        this.fail(new Error('crash'))
      }
      override onLeave(): void {
        if (this.task.name === 'leave') this.fail(new Error('crash'))
      }
      go(): void {
        this.become(Other)
      }
    }
    class Other extends State<Machine> {
      override onEnter(): void {
        seen.push(`entered in ${this.task.name}`)
      }
    }
    class Machine extends Task {
      go(): void {
        this.become(Bad)
      }
    }
    for (const name of ['enter', 'leave']) {
      const { cell, remote } = await host.start(name, Machine)
      void remote.go()
      void remote.go()
      await host.settle()
      assert.equal(cell.isDead, true, name)
      assert.equal(cell.stateName, 'Bad')
    }
    assert.deepEqual(seen, [])
  })

  it('S31: outside a turn throws the error as it is, for whoever called', async () => {
    const { cell, object } = await host.start('crashing', Crashing)
    assert.throws(() => object.fail(new Error('crash')), { message: 'crash' })
    assert.equal(cell.inspect().mode, 'running')
  })
})

describe('an error while the object ends', () => {
  it('S31: of the last message is handled as any other', async () => {
    const { cell, remote } = await host.start('fragile', Fragile)
    tell(remote).later('bad')
    const ended = cell.end('enough', { drain: true })
    await host.settle()
    await ended
    assert.deepEqual(seen, ['later: bad work'])
    assert.deepEqual(host.deaths, [{ name: 'fragile', reason: 'enough' }])
  })
})
