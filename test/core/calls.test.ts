import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { FutureShock } from '../../src/core/errors.ts'
import { Future } from '../../src/core/future.ts'
import { call, tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { replier, TestHost } from './support/test-host.ts'

let host: TestHost
beforeEach(() => {
  host = new TestHost()
})

class Worker extends Task {
  done: string[] = []
  signals: AbortSignal[] = []
  contexts: unknown[] = []
  #wait = Promise.withResolvers<void>()

  quick(what: string): string {
    this.done.push(what)
    this.contexts.push(this.context)
    return what
  }
  async slow(what: string): Promise<string> {
    this.signals.push(this.signal)
    await this.#wait.promise
    this.done.push(what)
    return what
  }
  later(answer: Future<string>): Future<string> {
    this.signals.push(this.signal)
    return answer
  }
  release(): void {
    this.#wait.resolve()
    this.#wait = Promise.withResolvers()
  }
}

describe('a call', () => {
  it('S10: is answered with the value or the error of its method', async () => {
    class Divider extends Task {
      divide(a: number, b: number): number {
        if (b === 0) throw new RangeError('division by zero')
        return a / b
      }
      async divideLater(a: number, b: number): Promise<number> {
        await Promise.resolve()
        return this.divide(a, b)
      }
    }
    const { remote } = await host.start('divider', Divider)
    assert.equal(await host.answer(remote.divide(6, 3)), 2)
    assert.equal(await host.answer(remote.divideLater(6, 3)), 2)
    assert.ok((await host.error(remote.divide(1, 0))) instanceof RangeError)
    assert.ok((await host.error(remote.divideLater(1, 0))) instanceof RangeError)
  })

  it('S10: whose method waits for ever fails when the object is killed: it may have been executed', async () => {
    const { cell, remote } = await host.start('worker', Worker)
    const inHand = remote.slow('a')
    const queued = remote.quick('b')
    await host.settle()
    cell.kill('no patience')
    const error = await host.error(inHand)
    assert.equal(error.name, 'ActorDead')
    assert.equal(error.executed, 'maybe')
    assert.match(error.message, /^worker is dead: no patience; slow was not answered$/)
    assert.equal((await host.error(queued)).executed, 'no')
  })

  it('S10: that was answered with a Future fails when the object ends before that is settled', async () => {
    const { cell, remote } = await host.start('worker', Worker)
    const answer = new Future<string>()
    const other = new Future<string>()
    const open = [remote.later(answer), remote.later(other)]
    await host.settle()
    await cell.end('enough', { drain: true })
    for (const opened of open) assert.equal((await host.error(opened)).executed, 'maybe')
    answer.set('late')
    other.set('late')
    assert.equal(host.lateAnswers, 2)
  })

  it('S13: is answered once: what the handler of a killed object still gives is counted and dropped', async () => {
    const { cell, object, remote } = await host.start('worker', Worker)
    const open = remote.slow('a')
    await host.settle()
    cell.kill('no patience')
    await host.error(open)
    object.release()
    await host.settle()
    assert.equal(host.lateAnswers, 1)
    assert.equal(cell.inspect().mode, 'dead')
  })

  it('S40: tells its handler who sent it, and the chain of those who wait for it', async () => {
    class Client extends Task {
      async ask(): Promise<void> {
        await this.actor('worker').quick!('asked')
      }
    }
    const worker = await host.start('worker', Worker)
    const client = await host.start('client', Client)
    void host.as(77, () => client.remote.ask())
    await host.settle()
    assert.deepEqual(worker.object.contexts, [
      { deadline: undefined, chain: [77, client.cell.pid], trace: undefined, sender: client.cell.pid },
    ])
  })

  it('S40: hands nothing out between messages', async () => {
    const { object } = await host.start('worker', Worker)
    assert.throws(() => object.context, { name: 'NotInTurn', message: /^worker: this\.context outside a handler/ })
    assert.throws(() => object.signal, { name: 'NotInTurn', message: /^worker: this\.signal outside a handler/ })
  })
})

describe('cancel', () => {
  it('S14: a call that has not begun never runs', async () => {
    const { object, remote } = await host.start('worker', Worker)
    void remote.slow('a')
    const queued = remote.quick('b')
    await host.settle()
    queued.cancel('changed my mind')
    object.release()
    await host.settle()
    assert.deepEqual(object.done, ['a'])
    assert.deepEqual(host.drops, [{ name: 'worker', method: 'quick', reason: 'cancelled' }])
    const error = await host.error(queued)
    assert.equal(error.code, 'ABORT_ERR')
    assert.equal(error.cause, 'changed my mind')
  })

  it('S14: aborts the signal of a call that runs, with the reason; its answer is dropped', async () => {
    const { object, remote } = await host.start('worker', Worker)
    const running = remote.slow('a')
    await host.settle()
    assert.equal(object.signals[0]!.aborted, false)
    running.cancel('enough')
    assert.equal(object.signals[0]!.aborted, true)
    assert.equal(object.signals[0]!.reason, 'enough')
    object.release()
    await host.settle()
    assert.deepEqual(object.done, ['a'])
    assert.equal(host.lateAnswers, 1)
  })

  it('S14: a signal that is asked for after the cancel is aborted', async () => {
    const gate = Promise.withResolvers<void>()
    let signal: AbortSignal | undefined
    class Late extends Task {
      async work(): Promise<void> {
        await gate.promise
        signal = this.signal
      }
    }
    const { remote } = await host.start('late', Late)
    const running = remote.work()
    await host.settle()
    running.cancel()
    gate.resolve()
    await host.settle()
    assert.equal(signal?.aborted, true)
  })

  it('S14: reaches a call that was answered with a Future', async () => {
    const { object, remote } = await host.start('worker', Worker)
    const answer = new Future<string>()
    const open = remote.later(answer)
    await host.settle()
    open.cancel()
    assert.equal(object.signals[0]!.aborted, true)
    assert.equal(answer.isReady, false)
    answer.set('late')
    assert.equal(host.lateAnswers, 1)
  })

  it('S14: comes from an AbortSignal too', async () => {
    const { object, remote } = await host.start('worker', Worker)
    const controller = new AbortController()
    const running = call(remote, { signal: controller.signal }).slow('a')
    await host.settle()
    controller.abort('stop it')
    assert.equal((await host.error(running)).name, 'AbortError')
    assert.equal(object.signals[0]!.reason, 'stop it')
  })

  it('S14: of a postponed message takes it out', async () => {
    const seen: string[] = []
    class Waiting extends State<Machine> {
      work(): void {
        this.postpone()
      }
    }
    class Machine extends Task {
      onInit(): void {
        this.become(Waiting)
      }
      work(): void {
        seen.push('worked')
      }
      again(): void {
        this.become(Waiting)
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    const postponed = remote.work()
    await host.settle()
    assert.equal(cell.inspect().postponed, 1)
    postponed.cancel()
    assert.equal(cell.inspect().queue, 0)
    void remote.again()
    await host.settle()
    assert.deepEqual(seen, [])
  })

  it('S14: says whether an answer is still to come, and taking out leaves alone what was begun', async () => {
    const { cell, object } = await host.start('worker', Worker)
    const inHand = host.post(cell, { kind: 'call', method: 'slow', args: ['a'], reply: replier(() => {}) })
    const [one, other] = ['b', 'c'].map((what) => host.post(cell, { kind: 'call', method: 'quick', args: [what] }))
    await host.settle()
    assert.deepEqual([cell.takeOut(one!), cell.takeOut(one!), cell.takeOut(inHand)], [true, false, false])
    assert.equal(object.signals[0]!.aborted, false)
    assert.deepEqual(
      [cell.cancel(other!, 'x'), cell.cancel(other!, 'x'), cell.cancel(inHand, 'x')],
      [true, false, false],
    )
    assert.equal(object.signals[0]!.aborted, true)
  })

  it('S14: after the answer does nothing', async () => {
    const { object, remote } = await host.start('worker', Worker)
    const done = remote.quick('a')
    assert.equal(await host.answer(done), 'a')
    done.cancel()
    assert.equal(await done, 'a')
    assert.deepEqual(object.done, ['a'])
  })
})

describe('a deadline', () => {
  it('S15: that has passed before the call began keeps it from running', async () => {
    const { object, remote } = await host.start('worker', Worker)
    void remote.slow('a')
    await host.settle()
    const queued = call(remote, { timeout: 100 }).quick('b')
    // Not even at the very moment.
    host.clock.skip(100)
    object.release()
    await host.settle()
    assert.deepEqual(object.done, ['a'])
    const error = await host.error(queued)
    assert.ok(error instanceof FutureShock)
    assert.equal(error.executed, 'no')
    assert.match(error.message, /^timeout: worker\.quick was not begun before its deadline$/)
    assert.deepEqual(host.drops, [{ name: 'worker', method: 'quick', reason: 'expired' }])
  })

  it('S15: fails the call for its caller, and what waits is taken out', async () => {
    const { object, remote } = await host.start('worker', Worker)
    void remote.slow('a')
    const queued = call(remote, { timeout: 100 }).quick('b')
    await host.advance(100)
    assert.ok((await host.error(queued)) instanceof FutureShock)
    object.release()
    await host.settle()
    assert.deepEqual(object.done, ['a'])
    assert.deepEqual(host.drops, [{ name: 'worker', method: 'quick', reason: 'cancelled' }])
  })

  it('S15: aborts the signal of a call that runs, also when its caller says nothing', async () => {
    const { cell, object } = await host.start('worker', Worker)
    host.post(cell, {
      kind: 'call',
      method: 'slow',
      context: { deadline: 100, chain: [], trace: undefined },
      reply: replier(() => {}),
    })
    await host.advance(99)
    assert.equal(object.signals[0]!.aborted, false)
    await host.advance(1)
    assert.equal(object.signals[0]!.aborted, true)
    assert.match(String(object.signals[0]!.reason), /^FutureShock: timeout: slow was not done before its deadline/)
  })

  it('S15: leaves no timer behind when the handler ends in time', async () => {
    const { object, cell } = await host.start('worker', Worker)
    host.post(cell, {
      kind: 'call',
      method: 'slow',
      context: { deadline: 100, chain: [], trace: undefined },
      reply: replier(() => {}),
    })
    await host.settle()
    assert.equal(host.clock.pending, 1)
    object.release()
    await host.settle()
    assert.equal(host.clock.pending, 0)
  })

  it('S15: of a postponed message runs on', async () => {
    class Waiting extends State<Machine> {
      work(): void {
        this.postpone()
      }
      ready(): void {
        this.become(Ready)
      }
    }
    class Ready extends State<Machine> {}
    class Machine extends Task {
      onInit(): void {
        this.become(Waiting)
      }
      work(): string {
        return 'worked'
      }
      ready(): void {}
    }
    const { cell, remote } = await host.start('machine', Machine)
    let outcome: { readonly ok: boolean } | undefined
    host.post(cell, {
      kind: 'call',
      method: 'work',
      context: { deadline: 100, chain: [], trace: undefined },
      reply: replier((given) => void (outcome = given)),
    })
    await host.settle()
    host.clock.skip(200)
    void remote.ready()
    await host.settle()
    assert.equal(outcome?.ok, false)
    assert.deepEqual(host.drops, [{ name: 'machine', method: 'work', reason: 'expired' }])
  })

  it('S15: is inherited by the calls that the handler makes', async () => {
    class Client extends Task {
      async ask(): Promise<void> {
        await this.actor('worker').quick!('asked')
      }
    }
    const worker = await host.start('worker', Worker)
    const client = await host.start('client', Client)
    await host.answer(call(client.remote, { timeout: 300 }).ask())
    assert.equal((worker.object.contexts[0] as { deadline: number }).deadline, 300)
  })
})

describe('a failure that nobody asks for', () => {
  it('S16: is counted once, a second later, and raises no unhandled rejection', async () => {
    class Fragile extends Task {
      work(): never {
        throw new Error('fragile')
      }
    }
    const { remote } = await host.start('fragile', Fragile)
    const dropped = remote.work()
    await host.advance(999)
    assert.equal(host.unasked.length, 0)
    await host.advance(1)
    assert.deepEqual(host.unasked, [dropped])
    await assert.rejects(async () => dropped, { message: 'fragile' })
    await host.advance(5_000)
    assert.equal(host.unasked.length, 1)
  })

  it('S16: is not counted when somebody asks within the second, or has cancelled the call', async () => {
    class Fragile extends Task {
      work(): never {
        throw new Error('fragile')
      }
      async wait(): Promise<void> {
        await this.pause(10_000)
      }
    }
    const { remote } = await host.start('fragile', Fragile)
    const asked = remote.work()
    await host.advance(500)
    await assert.rejects(async () => asked)
    const cancelled = remote.wait()
    await host.settle()
    cancelled.cancel()
    await host.advance(5_000)
    assert.equal(host.unasked.length, 0)
  })
})

describe('tell', () => {
  it('gives nothing back, and an error of its method is the receiver’s affair', async () => {
    class Fragile extends Task {
      work(): never {
        throw new Error('fragile')
      }
    }
    const { cell, remote } = await host.start('fragile', Fragile)
    assert.equal(tell(remote).work(), undefined)
    await host.settle()
    assert.equal(cell.inspect().failed, 1)
    assert.deepEqual(host.log.texts('error'), ['fragile.work failed: fragile'])
  })
})
