import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { State } from '../../src/core/state.ts'
import { tell } from '../../src/core/remote.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
beforeEach(() => {
  host = new TestHost()
})

/** What has happened, in order. */
let seen: string[]
beforeEach(() => {
  seen = []
})

/** A door with hooks that tell. */
class Door extends Task {
  static states = () => [Closed, Open, Locked] as const
  opened = 0
  onInit(): void {
    this.become(Closed)
  }
  knock(): string {
    return 'task'
  }
  count(): number {
    return this.opened
  }
}
class Named extends State<Door> {
  override onEnter(from: object | undefined): unknown {
    seen.push(`enter ${this.constructor.name} from ${from?.constructor.name}`)
    return undefined
  }
  override onLeave(to: { readonly name: string }): unknown {
    seen.push(`leave ${this.constructor.name} to ${to.name}`)
    return undefined
  }
}
class Closed extends Named {
  open(): string {
    this.task.opened++
    this.become(Open, 'wide')
    return 'opening'
  }
  async openSlowly(): Promise<void> {
    await this.pause(1_000)
    this.become(Open, 'slowly')
  }
  async openAndLinger(): Promise<void> {
    this.become(Open, 'lingering')
    await this.pause(1_000)
  }
  async openTwice(): Promise<void> {
    this.become(Locked)
    await Promise.resolve()
    this.become(Open, 'second')
  }
  openAndThrow(): void {
    this.become(Open, 'never')
    throw new Error('stuck')
  }
  async openAndReject(): Promise<void> {
    this.become(Open, 'never')
    await Promise.resolve()
    throw new Error('stuck')
  }
  again(): void {
    this.become(Closed)
  }
}
class Open extends Named {
  readonly #how: string
  constructor(how: string) {
    super()
    this.#how = how
    seen.push(`new Open ${how}`)
  }
  how(): string {
    return this.#how
  }
  close(): void {
    this.become(Closed)
  }
  knock(): string {
    return 'open'
  }
}
class Locked extends Named {}

describe('the current State', () => {
  it('S23: gets every message first, and what it does not declare goes to the Task', async () => {
    const { remote } = await host.start('door', Door)
    assert.equal(await host.answer(remote.knock()), 'task')
    void remote.open()
    assert.equal(await host.answer(remote.knock()), 'open')
    assert.equal(await host.answer(remote.count()), 1)
    assert.equal(await host.answer(remote.how()), 'wide')
  })

  it('S23: alone has its methods: in another State the error says which States have them', async () => {
    const { remote } = await host.start('door', Door)
    const error = await host.error(remote.close())
    assert.equal(error.name, 'NoSuchMethod')
    assert.equal(error.message, 'door has no method close while its State is Closed; Open declares it')
    const misspelt = await host.error((remote as unknown as { clsoe(): Promise<unknown> }).clsoe())
    assert.match(misspelt.message, /has no method clsoe that can be called from outside; did you mean close\?/)
  })

  it('S23: the error for a method of States says so where there is no State', async () => {
    class Light extends Task {
      static states = () => [On, Blinking] as const
    }
    class On extends State<Light> {
      dim(): void {}
    }
    class Blinking extends On {}
    const { remote } = await host.start('light', Light)
    const error = await host.error((remote as unknown as { dim(): Promise<unknown> }).dim())
    assert.equal(error.message, 'light has no method dim while it is in no State; On and Blinking declare it')
  })

  it('S23: has its Task in this.task', async () => {
    const { object, remote } = await host.start('door', Door)
    void remote.open()
    await host.settle()
    assert.equal(object.opened, 1)
  })

  it('S23: inherits handlers from a State above it', async () => {
    class Base extends State<Machine> {
      halt(): string {
        return `halted in ${this.constructor.name}`
      }
    }
    class Idle extends Base {}
    class Machine extends Task {
      static states = () => [Idle] as const
      onInit(): void {
        this.become(Idle)
      }
    }
    const { remote } = await host.start('machine', Machine)
    assert.equal(await host.answer(remote.halt()), 'halted in Idle')
  })

  it('S41: is shown by inspection, with those that the class lists', async () => {
    const { cell } = await host.start('door', Door)
    const { class: className, state, states } = cell.inspect()
    assert.deepEqual([className, state, states], ['Door', 'Closed', ['Closed', 'Open', 'Locked']])
    assert.equal(cell.stateName, 'Closed')
  })
})

describe('become', () => {
  it('S24: leaves the old, makes a new one with its arguments, enters it', async () => {
    const { remote } = await host.start('door', Door)
    assert.equal(await host.answer(remote.open()), 'opening')
    assert.deepEqual(seen, [
      'enter Closed from undefined',
      'leave Closed to Open',
      'new Open wide',
      'enter Open from Closed',
    ])
  })

  it('S24: takes effect when the handler has ended, its awaits included', async () => {
    const { cell, remote } = await host.start('door', Door)
    void remote.openSlowly()
    await host.advance(999)
    assert.equal(cell.stateName, 'Closed')
    await host.advance(1)
    assert.equal(cell.stateName, 'Open')
  })

  it('S24: takes effect when the handler has ended, however long before it was asked for', async () => {
    const { cell, remote } = await host.start('door', Door)
    void remote.openAndLinger()
    await host.advance(999)
    assert.equal(cell.stateName, 'Closed')
    await host.advance(1)
    assert.equal(cell.stateName, 'Open')
  })

  it('S24: the last call wins', async () => {
    const { remote } = await host.start('door', Door)
    void remote.openTwice()
    assert.equal(await host.answer(remote.how()), 'second')
    assert.ok(!seen.includes('enter Locked from Closed'))
  })

  for (const method of ['openAndThrow', 'openAndReject'] as const)
    it(`S24: a handler that throws changes no State (${method})`, async () => {
      const { cell, remote } = await host.start('door', Door)
      assert.equal((await host.error(remote[method]())).message, 'stuck')
      assert.equal(cell.stateName, 'Closed')
      assert.deepEqual(seen, ['enter Closed from undefined'])
    })

  it('S24: the same class again is a new State, with leave and enter', async () => {
    const { remote } = await host.start('door', Door)
    void remote.again()
    await host.settle()
    assert.deepEqual(seen, ['enter Closed from undefined', 'leave Closed to Closed', 'enter Closed from Closed'])
  })

  it('S24: awaits leave and enter, all before the next message', async () => {
    class Slow extends State<Machine> {
      override async onEnter(): Promise<void> {
        seen.push('entering')
        await this.pause(100)
        seen.push('entered')
      }
      override async onLeave(): Promise<void> {
        seen.push('leaving')
        await this.pause(100)
        seen.push('left')
      }
      work(): void {
        seen.push('work')
      }
    }
    class Machine extends Task {
      go(): void {
        this.become(Slow)
      }
      work(): void {}
    }
    const { remote } = await host.start('machine', Machine)
    void remote.go()
    void remote.work()
    void remote.go()
    void remote.work()
    await host.advance(1_000)
    assert.deepEqual(seen, ['entering', 'entered', 'work', 'leaving', 'left', 'entering', 'entered', 'work'])
  })

  it('S24: answers the call before the State changes', async () => {
    class Slow extends State<Machine> {
      override async onEnter(): Promise<void> {
        await this.pause(1_000)
      }
    }
    class Machine extends Task {
      go(): string {
        this.become(Slow)
        return 'going'
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    assert.equal(await host.answer(remote.go()), 'going')
    assert.equal(cell.inspect().handling?.method, 'go')
    await host.advance(1_000)
    assert.equal(cell.inspect().handling, undefined)
  })

  it('S24: inside onEnter is done right after it', async () => {
    class First extends Named {
      override onEnter(from: object | undefined): void {
        super.onEnter(from)
        this.become(Second)
      }
    }
    class Second extends Named {}
    class Machine extends Task {
      go(): void {
        this.become(First)
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.deepEqual(seen, ['enter First from undefined', 'leave First to Second', 'enter Second from First'])
    assert.equal(cell.stateName, 'Second')
  })

  it('S24: inside the constructor of a State is done after its onEnter', async () => {
    class First extends Named {
      constructor() {
        super()
        this.become(Second)
      }
    }
    class Second extends Named {}
    class Machine extends Task {
      onInit(): void {
        this.become(Locked)
      }
      go(): void {
        this.become(First)
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.equal(cell.stateName, 'Second')
    assert.deepEqual(seen.slice(1), [
      'leave Locked to First',
      'enter First from Locked',
      'leave First to Second',
      'enter Second from First',
    ])
  })

  it('S24: inside onLeave is refused, and the change goes on', async () => {
    class Sticky extends State<Machine> {
      override onLeave(): void {
        this.become(Sticky)
      }
      go(): void {
        this.become(Other)
      }
    }
    class Other extends State<Machine> {}
    class Machine extends Task {
      onInit(): void {
        this.become(Sticky)
      }
      go(): void {}
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    assert.equal(cell.stateName, 'Other')
    assert.match(
      host.log.texts('error')[0]!,
      /^machine\.onLeave failed: machine: become\(Sticky\) in onLeave: a State is being left already/,
    )
  })

  it('S24: in a chain of 100 is done, of 101 is an error that names the last', async () => {
    let left = 0
    class Loop extends State<Machine> {
      override onEnter(): void {
        if (--left > 0) this.become(Loop)
      }
    }
    class Machine extends Task {
      go(): void {
        this.become(Loop)
      }
      ok(): string {
        return 'ok'
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    left = 100
    void remote.go()
    await host.settle()
    assert.deepEqual(host.log.texts('error'), [])
    left = 101
    void remote.go()
    await host.settle()
    assert.match(
      host.log.texts('error')[0]!,
      /100 changes of State in one turn, the last to Loop; onEnter .* in a circle$/,
    )
    assert.equal((host.log.lines[0]!.fields.err as { code: string }).code, 'ENDLESS_BECOME')
    assert.equal(cell.inspect().state, 'Loop')
    assert.equal(await host.answer(remote.ok()), 'ok')
  })

  it('S24: in hooks of the start sequence is done when the hook has ended', async () => {
    class Ready extends Named {}
    class Machine extends Task {
      async onInit(): Promise<void> {
        this.become(Locked)
        await Promise.resolve()
        seen.push('init ended')
      }
      onStart(): void {
        seen.push('start')
        this.become(Ready)
      }
    }
    await host.start('machine', Machine)
    assert.deepEqual(seen, [
      'init ended',
      'enter Locked from undefined',
      'start',
      'leave Locked to Ready',
      'enter Ready from Locked',
    ])
  })

  it('S24: by an await inside a callback of the handler’s own still belongs to it', async () => {
    class Machine extends Task {
      async go(): Promise<void> {
        await new Promise<void>((resolve) => {
          setImmediate(() => {
            this.become(Locked)
            resolve()
          })
        })
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.go()
    await host.settle()
    await host.settle()
    assert.equal(cell.stateName, 'Locked')
  })
})

describe('become is refused', () => {
  const refused =
    /become\(Locked\) outside a handler or hook of this object: nothing is in hand that could end; send yourself a message/

  it('S24: outside the object', async () => {
    const { object } = await host.start('door', Door)
    assert.throws(() => object.become(Locked), { name: 'NotInTurn', code: 'NOT_IN_TURN', message: refused })
  })

  it('S24: in the turn of another object', async () => {
    const { object } = await host.start('door', Door)
    const gate = Promise.withResolvers<void>()
    class Burglar extends Task {
      pick(): void {
        object.become(Locked)
      }
    }
    class Busy extends Task {
      async work(): Promise<void> {
        await gate.promise
      }
    }
    void (await host.start('busy', Busy)).remote.work()
    const { remote } = await host.start('burglar', Burglar)
    assert.match((await host.error(remote.pick())).message, refused)
    gate.resolve()
  })

  it('S24: outside the object, also while it has a message in hand', async () => {
    const { cell, object, remote } = await host.start('door', Door)
    void remote.openSlowly()
    await host.settle()
    assert.throws(() => object.become(Locked), refused)
    await host.advance(1_000)
    assert.equal(cell.stateName, 'Open')
  })

  it('S24: by code that a handler has left running, once that has ended', async () => {
    let error: unknown
    class Leaky extends Task {
      go(): void {
        void (async () => {
          await this.pause(100)
          this.become(Locked)
        })().catch((thrown: unknown) => {
          error = thrown
        })
      }
    }
    const { remote } = await host.start('leaky', Leaky)
    void remote.go()
    await host.advance(100)
    assert.match((error as Error).message, /^leaky: become\(Locked\) outside a handler/)
  })

  it('S24: in a constructor, where no message is in hand', () => {
    class Early extends Task {
      constructor() {
        super()
        this.become(Locked)
      }
    }
    assert.throws(() => host.make('early', Early), { name: 'NotInTurn' })
  })

  it('S24: in onStop, where no message would follow', async () => {
    class Late extends Task {
      override onStop(): void {
        this.become(Locked)
      }
    }
    const { cell } = await host.start('late', Late)
    await cell.end('enough', { drain: true })
    assert.match(
      host.log.texts('error')[0]!,
      /^late\.onStop failed: late: become\(Locked\) in onStop: the object is ending/,
    )
  })

  it('S23: for a State that static states does not list', async () => {
    class Strange extends State<Door> {}
    class Strict extends Task {
      static states = () => [Locked] as const
      go(): void {
        this.become(Strange)
      }
    }
    const { remote } = await host.start('strict', Strict)
    const error = await host.error(remote.go())
    assert.equal(error.name, 'BadDefinition')
    assert.equal(error.message, 'strict: become(Strange): expected one of its static states (Locked); add it there')
  })

  it('for what is no State', async () => {
    class Odd extends Task {
      go(what: unknown): void {
        this.become(what as typeof Locked)
      }
    }
    const { remote } = await host.start('odd', Odd)
    assert.match(
      (await host.error(remote.go(Door))).message,
      /become\(Door\): expected a class that extends State, found one that extends Task/,
    )
    assert.match(
      (await host.error(remote.go(Map))).message,
      /^odd: become\(Map\): Map: expected a class that extends Actor, Task or State/,
    )
    assert.equal(
      (await host.error(remote.go(undefined))).message,
      'odd: become(undefined): expected a class that extends State, found undefined; a class is undefined where two modules import each other',
    )
    assert.match((await host.error(remote.go('Locked'))).message, /expected a class that extends State, found "Locked"/)
  })
})

describe('an error in a change of State', () => {
  it('S31: of onEnter or onLeave is logged and asked of onException, and the change goes on', async () => {
    class Bad extends State<Machine> {
      override onEnter(): void {
        throw new Error('no entry')
      }
      override async onLeave(): Promise<void> {
        await Promise.resolve()
        throw new Error('no exit')
      }
      ok(): string {
        return 'bad'
      }
    }
    class Good extends State<Machine> {
      ok(): string {
        return 'good'
      }
    }
    class Machine extends Task {
      override onException(method: string, error: unknown): void {
        seen.push(`${method}: ${(error as Error).message}`)
      }
      bad(): void {
        this.become(Bad)
      }
      good(): void {
        this.become(Good)
      }
      ok(): string {
        return 'none'
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.bad()
    assert.equal(await host.answer(remote.ok()), 'bad')
    void remote.good()
    assert.equal(await host.answer(remote.ok()), 'good')
    assert.deepEqual(seen, ['onEnter: no entry', 'onLeave: no exit'])
    assert.deepEqual(host.log.texts('error'), ['machine.onEnter failed: no entry', 'machine.onLeave failed: no exit'])
    assert.equal(cell.inspect().failed, 2)
  })

  it('S24: a become before the error of onEnter is void', async () => {
    class Bad extends State<Machine> {
      override onEnter(): void {
        this.become(Locked)
        throw new Error('no entry')
      }
    }
    class Machine extends Task {
      bad(): void {
        this.become(Bad)
      }
    }
    const { cell, remote } = await host.start('machine', Machine)
    void remote.bad()
    await host.settle()
    assert.equal(cell.stateName, 'Bad')
  })

  it('S24: of a constructor leaves the old State current, left and not entered again, without its timers', async () => {
    class Broken extends State<Machine> {
      constructor() {
        super()
        throw new Error('broken')
      }
    }
    class Waiting extends State<Machine> {
      override onEnter(): void {
        this.setTimeout(100)
        this.timer('own', 100, () => seen.push('own timer'))
        seen.push('entered')
      }
      override onLeave(): void {
        seen.push('left')
      }
      override onTimeout(): void {
        seen.push('timeout')
      }
      go(): void {
        this.become(Broken)
      }
      later(): void {
        this.postpone()
      }
    }
    class Machine extends Task {
      onInit(): void {
        this.become(Waiting)
      }
      go(): void {}
      later(): void {}
    }
    const { cell, remote } = await host.start('machine', Machine)
    tell(remote).later()
    void remote.go()
    await host.advance(1_000)
    assert.equal(cell.stateName, 'Waiting')
    assert.deepEqual(seen, ['entered', 'left'])
    assert.equal(cell.inspect().postponed, 1)
    assert.deepEqual(host.log.texts('error'), ['machine.new Broken failed: broken'])
  })

  it('S29: rejects the hook of the start sequence that asked for it', async () => {
    class Broken extends State<Machine> {
      constructor() {
        super()
        throw new Error('broken')
      }
    }
    class NoEntry extends State<Machine> {
      override onEnter(): void {
        throw new Error('no entry')
      }
    }
    class Machine extends Task {
      onInit(): void {
        this.become(this.name === 'a' ? Broken : NoEntry)
      }
    }
    for (const [name, message] of [
      ['a', 'broken'],
      ['b', 'no entry'],
    ] as const)
      await assert.rejects(host.make(name, Machine).cell.startHook('onInit'), { message })
  })
})

describe('hooks of a State', () => {
  it('S23: are asked before those of the Task: onTimeout, onException, onStop, onDown', async () => {
    class Guard extends State<Machine> {
      override onTimeout(): void {
        seen.push('state onTimeout')
      }
      override onException(): void {
        seen.push('state onException')
      }
      override onDown(): void {
        seen.push('state onDown')
      }
      override onStop(): void {
        seen.push('state onStop')
      }
      override onConfigure(): void {
        seen.push('state onConfigure')
      }
    }
    class Machine extends Task {
      onInit(): void {
        this.become(Guard)
      }
      onStart(): void {
        this.watch(this.actor('victim'))
      }
      override onTimeout(): void {
        seen.push('task')
      }
      override onException(): void {
        seen.push('task')
      }
      override onStop(): void {
        seen.push('task')
      }
      bad(): void {
        throw new Error('bad')
      }
    }
    const victim = await host.start('victim', class Victim extends Task {})
    const { cell, remote } = await host.start('machine', Machine)
    void remote.bad().catch(() => {})
    await host.advance(5_000)
    await victim.cell.end('old age', { drain: true })
    await host.settle()
    await cell.end('enough', { drain: true })
    assert.deepEqual(seen, [
      'state onConfigure',
      'state onException',
      'state onTimeout',
      'state onDown',
      'state onStop',
    ])
  })
})
