import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Actor } from '../../src/core/actor.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { tell } from '../../src/core/remote.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
let seen: unknown[]
beforeEach(() => {
  host = new TestHost()
  seen = []
})

class Busy extends State<Printer> {
  print(n: number): void {
    seen.push(`postponed ${n}`)
    this.postpone()
  }
  async printLater(n: number): Promise<void> {
    await this.pause(10)
    this.postpone()
    seen.push(`never ${n}`)
  }
  printCarefully(n: number): void {
    try {
      this.postpone()
    } catch {
      seen.push(`swallowed ${n}`)
    }
  }
  printWrapped(n: number): void {
    try {
      this.postpone()
    } catch (cause) {
      throw new Error(`print ${n} failed`, { cause })
    }
  }
  printWhenReady(n: number): void {
    this.become(Ready)
    if (n > 0) this.postpone()
  }
  ready(): void {
    this.become(Ready)
  }
  still(): void {
    this.become(Busy)
  }
  other(n: number): void {
    seen.push(`other ${n}`)
  }
}
class Ready extends State<Printer> {
  print(n: number): number {
    seen.push(`printed ${n}`)
    return n
  }
  printLater(n: number): number {
    return this.print(n)
  }
  printCarefully(n: number): number {
    return this.print(n)
  }
  printWrapped(n: number): number {
    return this.print(n)
  }
  printWhenReady(n: number): number {
    return this.print(n)
  }
}
class Printer extends Task {
  static states = () => [Busy, Ready] as const
  onInit(): void {
    this.become(Busy)
  }
}

describe('postpone', () => {
  it('S25: puts the message back until the next change of State; the caller waits meanwhile', async () => {
    const { cell, remote } = await host.start('printer', Printer)
    const printed = remote.print(1)
    await host.settle()
    assert.equal(cell.inspect().postponed, 1)
    assert.equal(cell.inspect().queue, 1)
    void remote.ready()
    assert.equal(await host.answer(printed), 1)
    assert.equal(cell.inspect().queue, 0)
  })

  it('S25: postponed ones come first, oldest first, before newer ones', async () => {
    const { remote } = await host.start('printer', Printer)
    for (const n of [1, 2]) void remote.print(n)
    void remote.other(3)
    void remote.ready()
    void remote.print(4)
    await host.settle()
    assert.deepEqual(seen, ['postponed 1', 'postponed 2', 'other 3', 'printed 1', 'printed 2', 'printed 4'])
  })

  it('S25: a change to the same State brings them back too, and they may be postponed again', async () => {
    const { remote } = await host.start('printer', Printer)
    void remote.print(1)
    void remote.print(2)
    void remote.still()
    await host.settle()
    assert.deepEqual(seen, ['postponed 1', 'postponed 2', 'postponed 1', 'postponed 2'])
    void remote.print(3)
    void remote.ready()
    await host.settle()
    assert.deepEqual(seen.slice(4), ['postponed 3', 'printed 1', 'printed 2', 'printed 3'])
  })

  it('S25: works after awaits', async () => {
    const { remote } = await host.start('printer', Printer)
    const printed = remote.printLater(1)
    await host.advance(10)
    void remote.ready()
    assert.equal(await host.answer(printed), 1)
    assert.deepEqual(seen, ['printed 1'])
  })

  it('S25: holds even where the handler swallows what it throws', async () => {
    const { remote } = await host.start('printer', Printer)
    const printed = remote.printCarefully(1)
    await host.settle()
    void remote.ready()
    assert.equal(await host.answer(printed), 1)
    assert.deepEqual(seen, ['swallowed 1', 'printed 1'])
  })

  it('S25: holds even where the handler throws another error over it, and the log says so', async () => {
    const { cell, remote } = await host.start('printer', Printer)
    const printed = remote.printWrapped(1)
    await host.settle()
    assert.deepEqual(host.log.texts('warn'), [
      'printer.printWrapped threw something else after postpone(); it is postponed all the same',
    ])
    assert.equal(cell.inspect().failed, 0)
    void remote.ready()
    assert.equal(await host.answer(printed), 1)
  })

  it('S25: together with become hands the message to the next State', async () => {
    const { cell, remote } = await host.start('printer', Printer)
    assert.equal(await host.answer(remote.printWhenReady(1)), 1)
    assert.equal(cell.stateName, 'Ready')
  })

  it('S25: takes tells and notifications too', async () => {
    const { remote } = await host.start('printer', Printer)
    tell(remote).print(1)
    void remote.ready()
    await host.settle()
    assert.deepEqual(seen, ['postponed 1', 'printed 1'])
  })

  it('S25: works in the Task itself while no State of those it lists is current', async () => {
    class On extends State<Lamp> {
      shine(): string {
        return 'shining'
      }
    }
    class Lamp extends Task {
      static states = () => [On] as const
      shine(): string {
        return this.postpone()
      }
      on(): void {
        this.become(On)
      }
    }
    const { remote } = await host.start('lamp', Lamp)
    const shine = remote.shine()
    void remote.on()
    assert.equal(await host.answer(shine), 'shining')
  })

  it('S25: counts as handled each time, and fails nothing', async () => {
    const { cell, remote } = await host.start('printer', Printer)
    void remote.print(1)
    void remote.ready()
    await host.settle()
    assert.equal(cell.inspect().failed, 0)
    assert.deepEqual(host.log.lines, [])
  })
})

describe('postpone is refused', () => {
  it('S25: in an object without States', async () => {
    class Plain extends Task {
      work(): void {
        this.postpone()
      }
    }
    const { remote } = await host.start('plain', Plain)
    const error = await host.error(remote.work())
    assert.equal(error.name, 'NotInTurn')
    assert.equal(
      error.message,
      'plain: postpone() without a State: nothing would bring the message back; become() one first',
    )
  })

  it('S25: outside a handler', async () => {
    const { object } = await host.start('printer', Printer)
    assert.throws(() => object.postpone(), {
      name: 'NotInTurn',
      message: /^printer: postpone\(\) outside a handler or hook/,
    })
  })

  it('S25: in hooks, timers, onEnter, onLeave and onException: only a message can be postponed', async () => {
    const errors: string[] = []
    const attempt = (self: { postpone(): never }): void => {
      try {
        self.postpone()
      } catch (error) {
        errors.push((error as Error).message)
      }
    }
    class Somewhere extends State<Lazy> {
      override onEnter(): void {
        attempt(this)
      }
      override onLeave(): void {
        attempt(this)
      }
      override onException(): void {
        attempt(this)
      }
      override onTimeout(): void {
        attempt(this)
      }
      bad(): void {
        throw new Error('bad')
      }
      again(): void {
        this.become(Somewhere)
      }
    }
    class Lazy extends Task {
      static states = () => [Somewhere] as const
      onInit(): void {
        this.become(Somewhere)
      }
      onStart(): void {
        attempt(this)
        this.timer('later', 10, () => attempt(this))
      }
      override onStop(): void {
        attempt(this)
      }
    }
    const { cell, remote } = await host.start('lazy', Lazy)
    void remote.bad().catch(() => {})
    void remote.again()
    await host.advance(5_000)
    await cell.end('enough', { drain: true })
    assert.deepEqual(
      errors.map((text) => /^lazy: postpone\(\) in (.*): only a message can be postponed$/.exec(text)?.[1]),
      ['onEnter', 'onStart', 'onException', 'onLeave', 'onEnter', 'timer later', 'onTimeout', 'onStop'],
    )
  })

  it('an Actor has no such word: it has no States', () => {
    assert.equal('postpone' in Actor.prototype, false)
    assert.equal('become' in Actor.prototype, false)
  })
})
