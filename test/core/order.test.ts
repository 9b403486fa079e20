import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Task } from '../../src/core/task.ts'
import { tell } from '../../src/core/remote.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
beforeEach(() => {
  host = new TestHost()
})

/** A door that a handler can wait at, opened by the test. */
class Gate {
  #open = (): void => {}
  readonly passed = new Promise<void>((resolve) => {
    this.#open = resolve
  })
  open(): void {
    this.#open()
  }
}

describe('messages of one sender', () => {
  class Listener extends Task {
    seen: string[] = []
    called(n: number): number {
      this.seen.push(`call ${n}`)
      return n
    }
    told(n: number): void {
      this.seen.push(`tell ${n}`)
    }
    happened(n: number): void {
      this.seen.push(`notify ${n}`)
    }
    onStart(): void {
      void this.observe('speaker')
    }
  }
  class Speaker extends Task<{ happened(n: number): void }> {
    speak(): void {
      const other = this.actor('listener')
      void other.called!(1)
      tell(other).told!(2)
      this.notify.happened(3)
      void other.called!(4)
      this.notify.happened(5)
      tell(other).told!(6)
    }
  }

  it('S2: are handled in the order they were sent: calls, tells and notifications together', async () => {
    const speaker = await host.start('speaker', Speaker)
    const listener = await host.start('listener', Listener)
    void speaker.remote.speak()
    await host.settle()
    assert.deepEqual(listener.object.seen, ['call 1', 'tell 2', 'notify 3', 'call 4', 'notify 5', 'tell 6'])
  })

  it('S2: are handled in order also by one that was busy, and one that had not started', async () => {
    const { object, remote, cell } = host.make('listener', Listener)
    void remote.called(1)
    tell(remote).told(2)
    await host.settle()
    assert.deepEqual(object.seen, [])
    await host.start('speaker', Speaker)
    await host.startCell(cell)
    void remote.called(3)
    await host.settle()
    assert.deepEqual(object.seen, ['call 1', 'tell 2', 'call 3'])
  })
})

describe('one message at a time', () => {
  it('S4: a handler runs to its end, its awaits included, before the next message is taken', async () => {
    const gates = [new Gate(), new Gate()]
    class Worker extends Task {
      seen: string[] = []
      async work(n: number): Promise<void> {
        this.seen.push(`begin ${n}`)
        await gates[n]!.passed
        this.seen.push(`end ${n}`)
      }
    }
    const { object, remote } = await host.start('worker', Worker)
    void remote.work(0)
    void remote.work(1)
    await host.settle()
    assert.deepEqual(object.seen, ['begin 0'])
    gates[1]!.open()
    await host.settle()
    assert.deepEqual(object.seen, ['begin 0'])
    gates[0]!.open()
    await host.settle()
    assert.deepEqual(object.seen, ['begin 0', 'end 0', 'begin 1', 'end 1'])
  })

  it('S4: a thenable of the user’s own is awaited as a Promise is', async () => {
    const gate = new Gate()
    class Worker extends Task {
      work(): PromiseLike<number> {
        // oxlint-disable-next-line unicorn/no-thenable, promise/no-callback-in-promise -- that is what is tried here
        return { then: (done) => gate.passed.then(() => 7).then(done as never) as never }
      }
      broken(): unknown {
        return {
          // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried here
          get then(): never {
            throw new Error('no then')
          },
        }
      }
    }
    const { remote, cell } = await host.start('worker', Worker)
    const work = remote.work()
    const broken = remote.broken()
    await host.settle()
    assert.equal(cell.inspect().handling?.method, 'work')
    gate.open()
    assert.equal(await host.answer(work), 7)
    assert.equal((await host.error(broken)).message, 'no then')
  })

  it('S4: a method that returns a Future answers with it and leaves the object free meanwhile', async () => {
    const { Future } = await import('../../src/core/future.ts')
    class Worker extends Task {
      answers: InstanceType<typeof Future<number>>[] = []
      later(): Promise<number> {
        const answer = new Future<number>()
        this.answers.push(answer)
        return answer
      }
    }
    const { object, remote } = await host.start('worker', Worker)
    const calls = [remote.later(), remote.later()]
    await host.settle()
    assert.equal(object.answers.length, 2)
    object.answers[1]!.set(2)
    object.answers[0]!.fail(new Error('no'))
    assert.equal(await host.answer(calls[1]!), 2)
    assert.equal((await host.error(calls[0]!)).message, 'no')
  })
})

describe('interleaved methods', () => {
  const gate = { put: new Gate(), slow: new Gate() }
  class Cache extends Task {
    static interleave = ['get', 'slow', 'bad'] as const
    seen: string[] = []
    async put(): Promise<void> {
      this.seen.push('put')
      await gate.put.passed
      this.seen.push('put ended')
    }
    get(): number {
      this.seen.push('get')
      return 1
    }
    async slow(): Promise<void> {
      this.seen.push('slow')
      await gate.slow.passed
      this.seen.push('slow ended')
    }
    bad(): void {
      this.postpone()
    }
    other(): void {
      this.seen.push('other')
    }
  }
  beforeEach(() => {
    gate.put = new Gate()
    gate.slow = new Gate()
  })

  it('S4: run while another handler waits', async () => {
    const { object, remote } = await host.start('cache', Cache)
    host.as(11, () => void remote.put())
    assert.equal(await host.answer(host.as(12, () => remote.get())), 1)
    assert.deepEqual(object.seen, ['put', 'get'])
    gate.put.open()
  })

  it('S4: run so when they are told or notified, too', async () => {
    const { cell, object, remote } = await host.start('cache', Cache)
    host.as(11, () => void remote.put())
    host.as(12, () => tell(remote).get())
    host.post(cell, { kind: 'notify', method: 'get', from: 13 })
    await host.settle()
    assert.deepEqual(object.seen, ['put', 'get', 'get'])
    gate.put.open()
  })

  it('S4: let others run while they wait themselves', async () => {
    const { object, remote } = await host.start('cache', Cache)
    void remote.slow()
    void remote.other()
    await host.settle()
    assert.deepEqual(object.seen, ['slow', 'other'])
    gate.slow.open()
    await host.settle()
    assert.deepEqual(object.seen, ['slow', 'other', 'slow ended'])
  })

  it('S2: do not overtake an earlier message of the same sender that waits', async () => {
    const { object, remote } = await host.start('cache', Cache)
    host.as(11, () => void remote.put())
    host.as(12, () => void remote.other())
    host.as(12, () => void remote.get())
    host.as(13, () => void remote.get())
    await host.settle()
    assert.deepEqual(object.seen, ['put', 'get'])
    gate.put.open()
    await host.settle()
    assert.deepEqual(object.seen, ['put', 'get', 'put ended', 'other', 'get'])
  })

  it('S4: cannot postpone or become, and say why', async () => {
    const { remote } = await host.start('cache', Cache)
    assert.match(
      (await host.error(remote.bad())).message,
      /^cache: postpone\(\) in bad, which is interleaved and runs beside others/,
    )
  })

  it('S4: each know their own message after their awaits', async () => {
    class Echo extends Task {
      static interleave = ['who'] as const
      async who(wait: Promise<void>): Promise<number> {
        await wait
        return this.context.sender
      }
    }
    const { remote } = await host.start('echo', Echo)
    const gates = [new Gate(), new Gate()]
    const first = host.as(21, () => remote.who(gates[0]!.passed))
    const second = host.as(22, () => remote.who(gates[1]!.passed))
    await host.settle()
    gates[1]!.open()
    assert.equal(await host.answer(second), 22)
    gates[0]!.open()
    assert.equal(await host.answer(first), 21)
  })

  it('S4: are awaited before the object ends', async () => {
    const { cell, object, remote } = await host.start('cache', Cache)
    void remote.slow()
    await host.settle()
    void remote.slow()
    await host.settle()
    const ended = cell.end('enough', { drain: false })
    const late = remote.get()
    await host.settle()
    assert.equal(cell.isDead, false)
    gate.slow.open()
    await ended
    assert.deepEqual(object.seen, ['slow', 'slow', 'slow ended', 'slow ended'])
    assert.equal((await host.error(late)).executed, 'no')
  })

  it('S4: an error in one asks onException in its own turn, which cannot change the State', async () => {
    let refused = ''
    class Fragile extends Task {
      static interleave = ['get'] as const
      get(): void {
        throw new Error('fragile')
      }
      async put(): Promise<void> {
        await gate.put.passed
      }
      onException(): void {
        try {
          this.postpone()
        } catch (error) {
          refused = (error as Error).message
        }
      }
    }
    const { remote } = await host.start('fragile', Fragile)
    host.as(11, () => void remote.put())
    await host.error(host.as(12, () => remote.get()))
    assert.match(refused, /in get, which is interleaved/)
    gate.put.open()
  })
})

describe('a chain that comes back', () => {
  /** What a message carries whose handlers wait for each other in this order. */
  const along = (...chain: number[]) => ({ deadline: undefined, chain, trace: undefined })

  it('S18: begins beside the handler that it comes from, and no other message does', async () => {
    const seen: string[] = []
    const until = Promise.withResolvers<void>()
    class Desk extends Task {
      static reentrant = true
      async work(): Promise<void> {
        await until.promise
        seen.push('worked')
      }
      ask(who: string): void {
        seen.push(who)
      }
    }
    const { cell } = await host.start('desk', Desk)
    const other = 99
    host.post(cell, { kind: 'call', method: 'work', context: along(7), from: 7 })
    await host.settle()
    const ask = (who: string, from: number, ...chain: number[]): void =>
      void host.post(cell, { kind: 'call', method: 'ask', args: [who], from, context: along(...chain) })
    ask('a stranger', 20, 20)
    ask('one that its caller has called too', 21, 7, 21)
    ask('one that came by the same object, from elsewhere', 22, 8, cell.pid, 22)
    ask('it comes back', other, 7, cell.pid, other)
    host.post(cell, { kind: 'tell', method: 'ask', args: ['a tell'], from: other })
    await host.settle()
    assert.deepEqual(seen, ['it comes back'])
    until.resolve()
    await host.settle()
    assert.deepEqual(seen, [
      'it comes back',
      'worked',
      'a stranger',
      'one that its caller has called too',
      'one that came by the same object, from elsewhere',
      'a tell',
    ])
  })
})

describe('death notices', () => {
  it('S3: overtake all user messages that wait', async () => {
    class Watcher extends Task {
      seen: string[] = []
      onStart(): void {
        this.watch(this.actor('victim'))
      }
      onDown(_: object, reason: string): void {
        this.seen.push(`down: ${reason}`)
      }
      work(n: number): void {
        this.seen.push(`work ${n}`)
      }
    }
    const victim = await host.start('victim', class Victim extends Task {})
    const { object, remote } = await host.start('watcher', Watcher)
    void remote.work(1)
    void remote.work(2)
    await victim.cell.end('old age', { drain: false })
    await host.settle()
    assert.deepEqual(object.seen, ['down: old age', 'work 1', 'work 2'])
  })

  it('S36: do nothing to an object that has no onDown', async () => {
    class Watcher extends Task {
      onStart(): void {
        this.watch(this.actor('victim'))
      }
    }
    const victim = await host.start('victim', class Victim extends Task {})
    await host.start('watcher', Watcher)
    await victim.cell.end('old age', { drain: false })
    await host.settle()
    assert.deepEqual(host.drops, [])
  })
})
