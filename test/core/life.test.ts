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

class Witness extends Task {
  constructor() {
    super()
    seen.push('constructor')
  }
  async onInit(): Promise<void> {
    seen.push('onInit')
    await Promise.resolve()
    seen.push('onInit ended')
  }
  onConfigure(): void {
    seen.push(`onConfigure ${String(this.config)}`)
  }
  onStart(): void {
    seen.push('onStart')
  }
  work(what: string): string {
    seen.push(what)
    return what
  }
  async slow(what: string): Promise<string> {
    await this.pause(1_000)
    seen.push(what)
    return what
  }
  leave(reason?: string): string {
    tell(this.actor('other')).bye!()
    this.stop(reason)
    return 'bye'
  }
  override async onStop(reason: string): Promise<void> {
    seen.push(`onStop: ${reason}`)
    await Promise.resolve()
    seen.push('onStop ended')
  }
}

describe('the start of an object', () => {
  it('S27: runs its hooks in order, each awaited, then the messages that came meanwhile', async () => {
    const { cell, remote } = host.make('witness', Witness, { config: 'conf' })
    void remote.work('first')
    await host.startCell(cell)
    assert.deepEqual(seen, ['constructor', 'onInit', 'onInit ended', 'onConfigure conf', 'onStart', 'first'])
  })

  it('S27: keeps messages until it is opened', async () => {
    const { cell, remote } = host.make('witness', Witness)
    void remote.work('first')
    assert.equal(cell.inspect().mode, 'made')
    await cell.startHook('onInit')
    assert.equal(cell.inspect().mode, 'starting')
    await host.settle()
    assert.equal(cell.inspect().queue, 1)
    assert.equal(cell.isOpen, false)
    cell.open()
    assert.equal(cell.isOpen, true)
    await host.settle()
    assert.deepEqual(seen.at(-1), 'first')
  })

  it('S27: needs no hooks', async () => {
    class Plain extends Actor {
      ok(): string {
        return 'ok'
      }
    }
    const { remote } = await host.start('plain', Plain)
    assert.equal(await host.answer(remote.ok()), 'ok')
  })

  it('S29: rejects with what a hook throws, and with what it gave to fail()', async () => {
    const error = new Error('no')
    class Throws extends Task {
      async onInit(): Promise<void> {
        await Promise.resolve()
        throw error
      }
    }
    class Fails extends Task {
      onInit(): void {
        try {
          this.fail(error)
        } catch {
          seen.push('swallowed')
        }
      }
    }
    await assert.rejects(host.make('throws', Throws).cell.startHook('onInit'), error)
    await assert.rejects(host.make('fails', Fails).cell.startHook('onInit'), error)
    assert.deepEqual(seen, ['swallowed'])
    assert.deepEqual(host.log.lines, [])
  })

  it('S29: that failed is not followed by onStop', async () => {
    class Half extends Task {
      onInit(): void {}
      onStart(): void {
        throw new Error('no')
      }
      override onStop(): void {
        seen.push('onStop')
      }
    }
    const { cell } = host.make('half', Half)
    await cell.startHook('onInit')
    await assert.rejects(cell.startHook('onStart'))
    await cell.end('start failed', { drain: false })
    assert.deepEqual(seen, [])
    assert.deepEqual(host.deaths, [{ name: 'half', reason: 'start failed' }])
  })

  it('S40: gives each object its name, pid, index and configuration', async () => {
    class Ring extends Task {
      who(): unknown[] {
        return [this.name, this.pid, this.index, this.config]
      }
    }
    await host.start('ring#0', Ring)
    const { remote } = await host.start('ring#1', Ring, { index: 1, config: { a: 1 } })
    assert.deepEqual(await host.answer(remote.who()), ['ring#1', 2, 1, { a: 1 }])
  })

  it('gives its constructor the arguments of its definition', async () => {
    class Counter extends Task {
      #n: number
      constructor(n: number) {
        super()
        this.#n = n
      }
      add(by: number): number {
        return (this.#n += by)
      }
    }
    const { remote } = await host.start('counter', Counter, { args: [40] })
    assert.equal(await host.answer(remote.add(2)), 42)
  })

  it('makes no other object that a constructor makes with new one of the system', async () => {
    class Helper extends Task {
      where(): string {
        return this.name
      }
    }
    class Owner extends Task {
      readonly #helper: Helper
      constructor(helper = new Helper()) {
        super()
        this.#helper = helper
      }
      own = new Helper()
      where(): string[] {
        return [this.name, this.#helper.where(), this.own.where()]
      }
    }
    const { remote } = await host.start('owner', Owner)
    assert.deepEqual(await host.answer(remote.where()), ['owner', 'Helper', 'Helper'])
  })
})

describe('the end of an object', () => {
  it('S30: comes after the message in hand; what is queued is answered: it was not executed', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    const inHand = remote.slow('in hand')
    const queued = remote.work('queued')
    tell(remote).work('told')
    await host.settle()
    seen = []
    const ended = cell.end('enough', { drain: false })
    await host.advance(1_000)
    await ended
    assert.deepEqual(seen, ['in hand', 'onStop: enough', 'onStop ended'])
    assert.equal(await inHand, 'in hand')
    const error = await host.error(queued)
    assert.equal(error.name, 'ActorDead')
    assert.equal(error.executed, 'no')
    assert.equal(error.message, 'witness is dead: enough; work was not begun')
    assert.deepEqual(
      host.drops.map(({ reason }) => reason),
      ['receiver dead', 'receiver dead'],
    )
    assert.deepEqual(host.deaths, [{ name: 'witness', reason: 'enough' }])
  })

  it('S30: drains what had arrived, and takes no more', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.slow('in hand')
    void remote.work('queued')
    await host.settle()
    seen = []
    const ended = cell.end('enough', { drain: true })
    const late = remote.work('late')
    assert.equal(cell.inspect().mode, 'draining')
    await host.advance(1_000)
    await ended
    assert.deepEqual(seen, ['in hand', 'queued', 'onStop: enough', 'onStop ended'])
    assert.equal((await host.error(late)).executed, 'no')
  })

  it('S30: drains also what comes back from being postponed; what does not is answered', async () => {
    class Wait extends State<Machine> {
      work(what: string): void {
        if (what === '') return
        this.postpone()
      }
      go(): void {
        this.become(Go)
      }
    }
    class Go extends State<Machine> {}
    class Machine extends Task {
      static states = () => [Wait, Go] as const
      onInit(): void {
        this.become(Wait)
      }
      work(what: string): string {
        seen.push(what)
        return what
      }
    }
    const a = await host.start('a', Machine)
    const b = await host.start('b', Machine)
    const stuck = b.remote.work('of b')
    void a.remote.work('first')
    await host.settle()
    void a.remote.work('second')
    void a.remote.go()
    void a.remote.work('third')
    await Promise.all([a.cell.end('enough', { drain: true }), b.cell.end('enough', { drain: true }), host.settle()])
    assert.deepEqual(seen, ['first', 'second', 'third'])
    assert.equal((await host.error(stuck)).executed, 'no')
  })

  it('S30: begins with the end of its timers, those that wait in the mailbox too', async () => {
    class Clockwork extends Witness {
      override onStart(): void {
        this.timer('late', 500, () => seen.push('timer'))
      }
    }
    const { cell, remote } = await host.start('clockwork', Clockwork)
    void remote.slow('in hand')
    await host.advance(600)
    const ended = cell.end('enough', { drain: true })
    await host.advance(1_000)
    await ended
    assert.ok(!seen.includes('timer'))
  })

  it('S30: lets one that drains hear of deaths, and one that is dead no more', async () => {
    class Watcher extends Witness {
      override onStart(): void {
        this.watch(this.actor('victim'))
      }
      override onDown(): void {
        seen.push('down')
      }
    }
    const victim = await host.start('victim', Witness)
    const { cell, remote } = await host.start('watcher', Watcher)
    void remote.slow('in hand')
    await host.settle()
    const ended = cell.end('enough', { drain: true })
    await victim.cell.end('old age', { drain: true })
    await host.advance(1_000)
    await ended
    assert.equal(seen.filter((line) => line === 'down').length, 1)
    host.post(cell, { kind: 'down', method: 'onDown' })
    await host.settle()
    assert.equal(cell.inspect().queue, 0)
  })

  it('S8: gives back the room of what comes later', async () => {
    let room = 0
    const { cell, remote } = await host.start('witness', Witness, {
      room: {
        capacity: Infinity,
        overflow: 'reject',
        slot: 0,
        mostUntold: 1,
        left: () => room--,
        back: (count) => (room += count),
        missed() {},
      },
    })
    void remote.work('a')
    await cell.end('enough', { drain: false })
    void remote.work('late').catch(() => {})
    assert.equal(room, -2)
  })

  it('S26: leaves no timer behind, not even one that onStop has set', async () => {
    class Late extends Task {
      override onStop(): void {
        this.timer('late', 10, () => {})
      }
    }
    const { cell } = await host.start('late', Late)
    await cell.end('enough', { drain: true })
    assert.equal(host.clock.pending, 0)
  })

  it('S30: keeps the reason of whoever ended it first', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.slow('in hand')
    await host.settle()
    void cell.end('first', { drain: false })
    void cell.end('second', { drain: false })
    await host.advance(1_000)
    assert.deepEqual(host.deaths, [{ name: 'witness', reason: 'first' }])
  })

  it('S30: with nothing in hand and nothing queued comes at once', async () => {
    const { cell } = await host.start('witness', Witness)
    await cell.end('enough', { drain: true })
    assert.equal(cell.inspect().mode, 'dead')
    assert.equal(cell.isOpen, false)
  })

  it('S30: lets nothing of a draining one be lost by a cancel', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.slow('in hand')
    const cancelled = remote.work('cancelled')
    void remote.work('queued')
    await host.settle()
    const ended = cell.end('enough', { drain: true })
    ;(cancelled as unknown as { cancel(): void }).cancel()
    await host.advance(1_000)
    await ended
    assert.ok(seen.includes('queued'))
    assert.ok(!seen.includes('cancelled'))
  })

  it('S30: comes also when the last message of a draining one is cancelled', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    const first = remote.work('a')
    const ended = cell.end('enough', { drain: true })
    ;(first as unknown as { cancel(): void }).cancel()
    await ended
    assert.ok(!seen.includes('a'))
  })

  it('S30: twice is harmless, and both are told', async () => {
    const { cell } = await host.start('witness', Witness)
    await Promise.all([
      cell.end('one', { drain: true }),
      cell.end('two', { drain: false }),
      cell.end('three', { drain: true }),
    ])
    await cell.end('four', { drain: false })
    cell.kill('five')
    cell.open()
    assert.deepEqual(host.deaths, [{ name: 'witness', reason: 'one' }])
    assert.equal(seen.filter((line) => line === 'onStop: one').length, 1)
  })

  it('S30: of a draining one can be hastened', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.slow('in hand')
    const queued = remote.work('queued')
    await host.settle()
    const ended = cell.end('gently', { drain: true })
    void cell.end('now', { drain: false })
    await host.advance(1_000)
    await ended
    assert.ok(!seen.includes('queued'))
    assert.equal((await host.error(queued)).executed, 'no')
  })

  it('S30: awaits onStop up to 5 s, and then ends all the same', async () => {
    class Hangs extends Task {
      override async onStop(): Promise<void> {
        await new Promise(() => {})
      }
    }
    const { cell } = await host.start('hangs', Hangs)
    const ended = cell.end('enough', { drain: true })
    await host.advance(4_999)
    assert.equal(cell.inspect().mode, 'ending')
    assert.equal(cell.inspect().handling?.method, 'onStop')
    await host.advance(1)
    await ended
    assert.deepEqual(host.log.texts('error'), ['hangs.onStop did not end within 5 s; it is not waited for any longer'])
  })

  it('S30: goes on when onStop throws, which is logged and asked of onException', async () => {
    class Bad extends Task {
      override onStop(): void {
        throw new Error('no')
      }
      override onException(method: string): void {
        seen.push(method)
      }
    }
    const { cell } = await host.start('bad', Bad)
    await cell.end('enough', { drain: true })
    assert.deepEqual(seen, ['onStop'])
    assert.deepEqual(host.log.texts('error'), ['bad.onStop failed: no'])
    assert.equal(cell.isDead, true)
    assert.equal(host.clock.pending, 0)
  })

  it('S19: answers what comes later', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    await cell.end('enough', { drain: true })
    const error = await host.error(remote.work('late'))
    assert.equal(error.name, 'ActorDead')
    assert.equal(error.executed, 'no')
  })

  it('S30: before any hook has run needs no onStop', async () => {
    const { cell, remote } = host.make('witness', Witness)
    const queued = remote.work('queued')
    await cell.end('never mind', { drain: true })
    assert.deepEqual(seen, ['constructor'])
    assert.equal((await host.error(queued)).executed, 'no')
  })

  it('S29: between two hooks of the start comes at once, with onStop', async () => {
    const { cell } = host.make('witness', Witness)
    await cell.startHook('onInit')
    await cell.end('never mind', { drain: true })
    await cell.startHook('onConfigure')
    cell.open()
    assert.deepEqual(seen, ['constructor', 'onInit', 'onInit ended', 'onStop: never mind', 'onStop ended'])
    assert.equal(cell.isDead, true)
  })

  it('S29: while a hook of the start is in hand comes after it', async () => {
    const { cell } = host.make('witness', Witness)
    const hook = cell.startHook('onInit')
    const ended = cell.end('never mind', { drain: false })
    await hook
    await ended
    assert.deepEqual(seen, ['constructor', 'onInit', 'onInit ended', 'onStop: never mind', 'onStop ended'])
  })

  it('S30: of one that could not be constructed is an end like any other', async () => {
    const { Cell } = await import('../../src/core/cell.ts')
    const cell = new Cell(host, {
      name: 'x',
      pid: 9,
      index: 0,
      level: 0,
      incarnation: 0,
      failure: { action: 'resume', calls: false },
    })
    class Broken extends Task {
      constructor() {
        super()
        throw new Error('broken')
      }
    }
    assert.throws(() => cell.construct(Broken, []), { message: 'broken' })
    await cell.end('broken', { drain: false })
    assert.deepEqual(host.deaths, [{ name: 'x', reason: 'broken' }])
    assert.equal(cell.inspect().class, '?')
  })
})

describe('stop of one’s own', () => {
  it('S30: comes after the message in hand, whose answer and earlier tells still go out', async () => {
    const other = await host.start(
      'other',
      class Other extends Task {
        bye(): void {
          seen.push('bye')
        }
      },
    )
    const { cell, remote } = await host.start('witness', Witness)
    const left = remote.leave('tired')
    const queued = remote.work('queued')
    assert.equal(await host.answer(left), 'bye')
    assert.deepEqual(seen.slice(-3), ['bye', 'onStop: tired', 'onStop ended'])
    assert.equal((await host.error(queued)).executed, 'no')
    assert.equal(cell.isDead, true)
    assert.equal(other.cell.isDead, false)
  })

  it('S30: has a reason of its own when none is given', async () => {
    const { remote } = await host.start('witness', Witness)
    void remote.leave()
    await host.settle()
    assert.deepEqual(host.deaths, [{ name: 'witness', reason: 'it stopped itself' }])
  })

  it('S30: between messages, in a callback of one’s own, comes at once', async () => {
    class Impatient extends Task {
      onStart(): void {
        setImmediate(() => this.stop('by a callback'))
      }
    }
    await host.start('impatient', Impatient)
    await host.settle()
    assert.deepEqual(host.deaths, [{ name: 'impatient', reason: 'by a callback' }])
  })

  it('S30: in onStart comes when that has ended, and no message is handled', async () => {
    class Brief extends Task {
      async onStart(): Promise<void> {
        this.stop('done')
        await Promise.resolve()
        seen.push('start ended')
      }
      work(): void {
        seen.push('work')
      }
    }
    const { cell, remote } = host.make('brief', Brief)
    const work = remote.work()
    await host.startCell(cell)
    assert.deepEqual(seen, ['start ended'])
    assert.deepEqual(host.deaths, [{ name: 'brief', reason: 'done' }])
    assert.equal((await host.error(work)).executed, 'no')
  })

  it('S30: still does the change of State that the handler has asked for', async () => {
    class Last extends State<Machine> {
      override onStop(): void {
        seen.push('last')
      }
    }
    class Machine extends Task {
      go(): void {
        this.stop()
        this.become(Last)
      }
    }
    const { remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.deepEqual(seen, ['last'])
  })

  it('S30: of a child gives a Future that settles when it has ended', async () => {
    class Parent extends Task {
      async part(): Promise<string> {
        await this.stop(this.actor('witness'))
        return 'parted'
      }
    }
    const child = await host.start('witness', Witness)
    const { remote } = await host.start('parent', Parent)
    assert.equal(await host.answer(remote.part()), 'parted')
    assert.equal(child.cell.isDead, true)
  })
})

describe('children', () => {
  class Child extends Task {
    override onStop(): void {
      seen.push(`${this.name} stops`)
    }
  }
  class Parent extends Task {
    onStart(): void {
      this.spawn('child', { name: 'first' })
      this.spawn('child', { name: 'free', detached: true })
      const remote = this.spawn('child')
      seen.push(String(remote))
    }
    override onStop(): void {
      seen.push('parent stops')
    }
  }

  it('S30: end before their parent, the detached ones not at all', async () => {
    host.templates.set('child', Child)
    const { cell } = await host.start('parent', Parent)
    await host.settle()
    assert.deepEqual(seen, ['[object Remote(child:4)]'])
    await cell.end('enough', { drain: true })
    assert.deepEqual(seen.slice(1), ['first stops', 'child:4 stops', 'parent stops'])
  })
})

describe('kill', () => {
  it('ends an object with a handler that hangs, and tells its children', async () => {
    class Child extends Task {}
    class Parent extends Task {
      onStart(): void {
        this.spawn('child', { name: 'child' })
      }
      signalOfHang: AbortSignal | undefined
      async hang(): Promise<void> {
        this.signalOfHang = this.signal
        await new Promise(() => {})
      }
      override onStop(): void {
        seen.push('onStop')
      }
    }
    host.templates.set('child', Child)
    const { cell, object, remote } = await host.start('parent', Parent)
    const hanging = remote.hang()
    await host.settle()
    const ended = cell.end('gently', { drain: true })
    cell.kill('no patience')
    await ended
    await host.settle()
    assert.deepEqual(
      host.deaths.map(({ name }) => name),
      ['parent', 'child'],
    )
    assert.equal((await host.error(hanging)).executed, 'maybe')
    assert.equal(object.signalOfHang?.aborted, true)
    assert.deepEqual(seen, [])
  })

  it('does not wait for onStop, and what that still does is not heard of', async () => {
    class Slow extends Task {
      override async onStop(): Promise<void> {
        await this.pause(1_000)
        throw new Error('late')
      }
    }
    const { cell } = await host.start('slow', Slow)
    void cell.end('gently', { drain: true })
    await host.settle()
    cell.kill('no patience')
    assert.equal(cell.isDead, true)
    await host.advance(10_000)
    assert.deepEqual(host.deaths, [{ name: 'slow', reason: 'no patience' }])
    assert.deepEqual(host.log.texts('error'), [])
  })

  it('ends an object in the middle of a change of State', async () => {
    class Slow extends State<Machine> {
      override async onLeave(): Promise<void> {
        await this.pause(1_000)
      }
      go(): void {
        this.become(Slow)
      }
    }
    class Machine extends Task {
      onInit(): void {
        this.become(Slow)
      }
      go(): void {}
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    const before = cell.behaviour.state
    cell.kill('no patience')
    await host.advance(2_000)
    assert.equal(cell.behaviour.state, before)
  })

  it('ends an object in a hook of its start; the hook is not waited for', async () => {
    const { cell } = host.make('witness', Witness)
    const hook = cell.startHook('onInit')
    cell.kill('no patience')
    await hook
    await cell.startHook('onConfigure')
    cell.open()
    assert.equal(cell.inspect().mode, 'dead')
    assert.deepEqual(seen, ['constructor', 'onInit', 'onInit ended'])
  })
})

describe('inspection', () => {
  it('S41: is told of each begin and end, for those who look from outside the thread', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.work('a')
    await host.settle()
    await cell.end('enough', { drain: true })
    assert.deepEqual(
      host.hands.map((hand) => hand.replace('witness.', '')),
      ['onInit', '', 'onConfigure', '', 'onStart', '', 'work', '', 'onStop', ''],
    )
  })

  it('S41: shows queue, handler, its age and the counters, also while a handler waits', async () => {
    const { cell, remote } = await host.start('witness', Witness)
    void remote.slow('a')
    void remote.work('b')
    await host.advance(700)
    assert.deepEqual(cell.inspect(), {
      name: 'witness',
      pid: 1,
      index: 0,
      level: 0,
      incarnation: 0,
      class: 'Witness',
      mode: 'running',
      state: undefined,
      states: [],
      methods: ['work', 'slow', 'leave'],
      queue: 1,
      postponed: 0,
      handling: { method: 'slow', ageMs: 700 },
      waitsFor: [],
      observers: 0,
      handled: 1,
      failed: 0,
    })
  })
})
