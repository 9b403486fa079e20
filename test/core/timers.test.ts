import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Actor } from '../../src/core/actor.ts'
import type { ClockTimer } from '../../src/core/clock.ts'
import type { OwnEvent } from '../../src/core/message.ts'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { Timers } from '../../src/core/timers.ts'
import { TestHost } from './support/test-host.ts'
import { VirtualClock } from './support/virtual-clock.ts'

let host: TestHost
/** When what fired: `5000 periodic`. */
let seen: string[]
beforeEach(() => {
  host = new TestHost()
  seen = []
})
function note(what: string): void {
  seen.push(`${host.clock.now()} ${what}`)
}

describe('the periodic timeout', () => {
  class Ticker extends Task {
    override onTimeout(): void {
      note('tick')
    }
    async busy(ms: number): Promise<void> {
      await this.pause(ms)
      note('free')
    }
    set(ms: number): void {
      this.every(ms)
    }
  }

  it('S26: comes every 5 s to one that has onTimeout', async () => {
    await host.start('ticker', Ticker)
    await host.advance(15_000)
    assert.deepEqual(seen, ['5000 tick', '10000 tick', '15000 tick'])
  })

  it('S26: comes to an Actor too, and to none without onTimeout', async () => {
    class Light extends Actor {
      override onTimeout(): void {
        note('light')
      }
    }
    await host.start('light', Light)
    await host.start('plain', class Plain extends Task {})
    assert.equal(host.clock.pending, 1)
    await host.advance(5_000)
    assert.deepEqual(seen, ['5000 light'])
  })

  it('S26: has the period that every() gives, from the constructor, a hook or a handler', async () => {
    class Early extends Ticker {
      constructor() {
        super()
        this.every(300)
      }
    }
    class Hooked extends Ticker {
      onStart(): void {
        this.every(400)
      }
    }
    const early = await host.start('early', Early)
    await host.start('hooked', Hooked)
    await host.advance(800)
    assert.deepEqual(seen, ['300 tick', '400 tick', '600 tick', '800 tick'])
    void early.remote.set(1_000)
    seen = []
    await host.advance(2_000)
    assert.deepEqual(seen, ['1200 tick', '1600 tick', '1800 tick', '2000 tick', '2400 tick', '2800 tick', '2800 tick'])
  })

  it('S26: ends with every(0), and begins again with another every()', async () => {
    const { remote } = await host.start('ticker', Ticker)
    void remote.set(0)
    await host.advance(20_000)
    assert.deepEqual(seen, [])
    void remote.set(100)
    await host.advance(200)
    assert.deepEqual(seen, ['20100 tick', '20200 tick'])
  })

  it('S26: refuses a period that is none', async () => {
    const { remote } = await host.start('ticker', Ticker)
    assert.match(
      (await host.error(remote.set(-1))).message,
      /^ticker: every\(ms\): expected a time from 0 to 2147483647 ms, found -1$/,
    )
  })

  it('S26: begins when messages are handled, not before', async () => {
    const { cell } = host.make('ticker', Ticker)
    await cell.startHook('onInit')
    await host.advance(60_000)
    assert.deepEqual(seen, [])
    cell.open()
    await host.advance(5_000)
    assert.deepEqual(seen, ['65000 tick'])
  })

  it('S26: fires once for a missed stretch, late, and then goes on in its grid', async () => {
    const { remote } = await host.start('ticker', Ticker)
    void remote.set(100)
    void remote.busy(350)
    await host.advance(500)
    assert.deepEqual(seen, ['350 free', '350 tick', '400 tick', '500 tick'])
  })

  it('S26: runs between messages, never beside one', async () => {
    const { remote } = await host.start('ticker', Ticker)
    void remote.busy(6_000)
    await host.advance(5_999)
    assert.deepEqual(seen, [])
    await host.advance(1)
    assert.deepEqual(seen, ['6000 free', '6000 tick'])
  })

  it('S26: replaced while a firing of it waits in the mailbox does not fire late', async () => {
    const { remote } = await host.start('ticker', Ticker)
    void remote.busy(5_500)
    void remote.set(100)
    await host.advance(5_499)
    await host.advance(101)
    assert.deepEqual(seen, ['5500 free', '5600 tick'])
  })

  it('S26: an onTimeout that takes longer than the period is not called beside itself', async () => {
    class Slow extends Task {
      onStart(): void {
        this.every(100)
      }
      override async onTimeout(): Promise<void> {
        note('begin')
        await this.pause(250)
        note('end')
      }
    }
    await host.start('slow', Slow)
    await host.advance(700)
    assert.deepEqual(seen, ['100 begin', '350 end', '350 begin', '600 end', '600 begin'])
  })
})

describe('a State’s own timeout', () => {
  class Waiting extends State<Machine> {
    override onEnter(): void {
      this.setTimeout(this.task.wait)
    }
    override onTimeout(): void {
      note('waited')
      if (this.task.leaves) this.become(Idle)
    }
    longer(ms: number): void {
      this.setTimeout(ms)
    }
    idle(): void {
      this.become(Idle)
    }
    again(): void {
      this.become(Waiting)
    }
  }
  class Idle extends State<Machine> {
    wait(): void {
      this.become(Waiting)
    }
  }
  class Machine extends Task {
    static states = () => [Waiting, Idle] as const
    wait = 1_000
    leaves = false
    onInit(): void {
      this.become(Idle)
    }
    override onTimeout(): void {
      note('periodic')
    }
    async busy(ms: number): Promise<void> {
      await this.pause(ms)
      note('free')
    }
    idle(): void {}
  }

  it('S26: fires once, as onTimeout of the State', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.wait()
    await host.advance(20_000)
    assert.deepEqual(seen, ['1000 waited'])
  })

  it('S26: is refused if it is no time, in the name of the object', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.wait()
    assert.match(
      (await host.error(remote.longer(-1))).message,
      /^machine: setTimeout\(ms\): expected a time from 0 to 2147483647 ms, found -1$/,
    )
  })

  it('S26: is cancelled by any change of State', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.wait()
    await host.advance(900)
    void remote.idle()
    await host.advance(900)
    assert.deepEqual(seen, [])
  })

  it('S26: begins anew with a change to the same State, and with another setTimeout', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.wait()
    await host.advance(900)
    void remote.again()
    await host.advance(900)
    void remote.longer(500)
    await host.advance(900)
    assert.deepEqual(seen, ['2300 waited'])
  })

  it('S26: never fires late, even when it waits in the mailbox already', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.wait()
    void remote.busy(2_000)
    void remote.idle()
    await host.advance(3_000)
    assert.deepEqual(seen, ['2000 free'])
  })

  it('S26: makes the periodic one stand still while its State is current, fired or not; then that goes on where it was', async () => {
    const { remote } = await host.start('machine', Machine)
    await host.advance(4_000)
    void remote.wait()
    await host.advance(10_000)
    void remote.idle()
    await host.advance(999)
    assert.deepEqual(seen, ['5000 waited'])
    await host.advance(1)
    assert.deepEqual(seen, ['5000 waited', '15000 periodic'])
    await host.advance(5_000)
    assert.deepEqual(seen.at(-1), '20000 periodic')
  })

  it('S26: voids a periodic firing that waits in the mailbox; it comes once, when the State is left', async () => {
    const { remote } = await host.start('machine', Machine)
    void remote.busy(5_500)
    void remote.wait()
    void remote.idle()
    await host.advance(5_499)
    assert.deepEqual(seen, [])
    await host.advance(5_000)
    assert.deepEqual(seen, ['5500 free', '5500 periodic'])
    await host.advance(1)
    assert.deepEqual(seen.at(-1), '10500 periodic')
  })

  it('S26: is refused outside its State: in a constructor, and once it was left', async () => {
    let old: Left | undefined
    class Early extends State<Lamp> {
      constructor() {
        super()
        this.setTimeout(100)
      }
    }
    class Left extends State<Lamp> {
      override onEnter(): void {
        old = this.#self()
      }
      #self(): this {
        return this
      }
    }
    class On extends State<Lamp> {}
    class Lamp extends Task {
      early(): void {
        this.become(Early)
      }
      left(): void {
        this.become(Left)
      }
      on(): void {
        this.become(On)
      }
    }
    const { remote } = await host.start('lamp', Lamp)
    void remote.early()
    void remote.left()
    void remote.early()
    void remote.on()
    await host.settle()
    const refused = /setTimeout\(ms\) in (Early|Left), which is not the current State/
    assert.equal(host.log.texts('error').filter((text) => refused.test(text)).length, 2)
    assert.throws(() => old!.setTimeout(100), { name: 'NotInTurn', message: refused })
    assert.throws(() => old!.timer('x', 100, () => {}), {
      name: 'NotInTurn',
      message: /^lamp: timer\("x", ms, run\) in Left/,
    })
    assert.equal(host.clock.pending, 0)
  })

  it('S26: has one cause: the periodic one reaches a State that has set none', async () => {
    class Listening extends State<Radio> {
      override onTimeout(): void {
        note('listening')
      }
    }
    class Radio extends Task {
      onInit(): void {
        this.become(Listening)
      }
    }
    await host.start('radio', Radio)
    await host.advance(5_000)
    assert.deepEqual(seen, ['5000 listening'])
  })

  it('S26: the periodic one begins with the first State that has an onTimeout, where the class lists none', async () => {
    class Listening extends State<Radio> {
      override onTimeout(): void {
        note('listening')
      }
    }
    class Radio extends Task {
      on(): void {
        this.become(Listening)
      }
    }
    const { remote } = await host.start('radio', Radio)
    await host.advance(7_000)
    assert.equal(host.clock.pending, 0)
    void remote.on()
    await host.advance(5_000)
    assert.deepEqual(seen, ['12000 listening'])
  })
})

describe('named timers', () => {
  class Alarm extends Task {
    timers: ClockTimer[] = []
    set(name: string, ms: number): void {
      this.timers.push(this.timer(name, ms, () => note(name)))
    }
    async busy(ms: number): Promise<void> {
      await this.pause(ms)
      note('free')
    }
    cancel(at: number): void {
      this.timers[at]!.cancel()
    }
  }

  it('S26: fire once each', async () => {
    const { remote } = await host.start('alarm', Alarm)
    void remote.set('tea', 300)
    void remote.set('egg', 200)
    await host.advance(1_000)
    assert.deepEqual(seen, ['200 egg', '300 tea'])
    assert.equal(host.clock.pending, 0)
  })

  it('S26: are replaced by name', async () => {
    const { remote } = await host.start('alarm', Alarm)
    void remote.set('tea', 300)
    await host.advance(200)
    void remote.set('tea', 300)
    await host.advance(1_000)
    assert.deepEqual(seen, ['500 tea'])
  })

  it('S26: that were cancelled never fire, even when they wait in the mailbox already', async () => {
    const { remote } = await host.start('alarm', Alarm)
    void remote.set('tea', 300)
    void remote.set('egg', 300)
    void remote.busy(1_000)
    void remote.cancel(0)
    await host.advance(2_000)
    assert.deepEqual(seen, ['1000 free', '1000 egg'])
  })

  it('S26: may be set again by what they run, and cancelled after they ran', async () => {
    class Clockwork extends Task {
      onStart(): void {
        const tick = (): void => {
          note('tick')
          timer.cancel()
          timer = this.timer('tick', 100, tick)
        }
        let timer = this.timer('tick', 100, tick)
      }
    }
    await host.start('clockwork', Clockwork)
    await host.advance(300)
    assert.deepEqual(seen, ['100 tick', '200 tick', '300 tick'])
  })

  it('S26: run in a turn of their own, awaited, where become works', async () => {
    class Done extends State<Runner> {}
    class Runner extends Task {
      onStart(): void {
        this.timer('run', 100, async () => {
          await this.pause(50)
          this.become(Done)
        })
      }
      ask(): void {
        note('asked')
      }
    }
    const { cell, remote } = await host.start('runner', Runner)
    await host.advance(100)
    void remote.ask()
    await host.advance(100)
    assert.equal(cell.stateName, 'Done')
    assert.deepEqual(seen, ['150 asked'])
  })

  it('S26: set by a State are gone with it; set by the Task they stay', async () => {
    class Short extends State<Lamp> {
      override onEnter(): void {
        this.timer('of the State', 100, () => note('State'))
        this.task.timer('of the Task', 100, () => note('Task'))
      }
    }
    class Other extends State<Lamp> {}
    class Lamp extends Task {
      short(): void {
        this.become(Short)
      }
      other(): void {
        this.become(Other)
      }
    }
    const { remote } = await host.start('lamp', Lamp)
    void remote.short()
    await host.advance(50)
    void remote.other()
    await host.advance(500)
    assert.deepEqual(seen, ['100 Task'])
  })

  it('S26: can be set by a constructor, and wait for the start', async () => {
    class Early extends Task {
      constructor() {
        super()
        this.timer('early', 100, () => note('early'))
      }
    }
    const { cell } = host.make('early', Early)
    await host.advance(200)
    assert.deepEqual(seen, [])
    await host.startCell(cell)
    assert.deepEqual(seen, ['200 early'])
  })

  it('S31: an error in one is logged under its name', async () => {
    class Bad extends Task {
      onStart(): void {
        this.timer('fuse', 100, () => {
          throw new Error('bang')
        })
      }
    }
    await host.start('bad', Bad)
    await host.advance(100)
    assert.deepEqual(host.log.texts('error'), ['bad.timer fuse failed: bang'])
  })
})

describe('all timers', () => {
  it('S26: are gone with the object, those in its mailbox too', async () => {
    class Everything extends Task {
      onStart(): void {
        this.every(100)
        this.timer('named', 100, () => note('named'))
      }
      override onTimeout(): void {
        note('periodic')
      }
      async busy(): Promise<void> {
        await this.pause(150)
      }
      override onStop(): void {
        this.timer('late', 10, () => note('late'))
        this.every(10)
      }
    }
    const { cell, remote } = await host.start('everything', Everything)
    tell(remote).busy()
    await host.advance(120)
    void cell.end('enough', { drain: false })
    await host.advance(10_000)
    assert.deepEqual(seen, [])
    assert.equal(cell.isDead, true)
    assert.equal(host.clock.pending, 0)
  })
})

describe('pause', () => {
  it('waits in the handler, on the system’s clock', async () => {
    class Sleeper extends Task {
      async sleep(ms: number): Promise<string> {
        await this.pause(ms)
        return 'awake'
      }
    }
    const { remote } = await host.start('sleeper', Sleeper)
    const slept = remote.sleep(1_000)
    await host.advance(999)
    assert.equal((slept as { isReady?: boolean }).isReady, false)
    await host.advance(1)
    assert.equal(await host.answer(slept), 'awake')
    assert.match((await host.error(remote.sleep(Number.NaN))).message, /^sleeper: pause\(ms\): expected a time/)
  })
})

describe('any use of timers', () => {
  /** What may happen, to the timers and to a mailbox that is read now and then. */
  const event = fc.oneof(
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 250 }) }),
    fc.record({ do: fc.constant('every' as const), ms: fc.constantFrom(0, 70, 100) }),
    fc.record({ do: fc.constant('state' as const), ms: fc.constantFrom(30, 100, 160) }),
    fc.record({
      do: fc.constant('named' as const),
      name: fc.constantFrom('a', 'b'),
      ms: fc.constantFrom(20, 100, 180),
      owned: fc.boolean(),
    }),
    fc.record({ do: fc.constantFrom('leave', 'read', 'read', 'open', 'clear' as const) }),
    fc.record({ do: fc.constant('cancel' as const), name: fc.constantFrom('a', 'b') }),
  )

  /** The same in the simplest form: due times that are looked at. */
  class Model {
    now = 0
    period: number | undefined
    isOpen = false
    /** When the periodic one fires next, or how much was left when it was paused. */
    periodic: { due: number } | { left: number } | undefined
    state: { due: number; fired: boolean } | undefined
    readonly named = new Map<string, { due: number; owned: boolean }>()

    open(): void {
      this.isOpen = true
      if (this.periodic !== undefined || (this.period ?? 100) === 0) return
      const ms = this.period ?? 100
      this.periodic = this.state === undefined ? { due: this.now + ms } : { left: ms }
    }
    every(ms: number): void {
      this.period = ms
      this.periodic = undefined
      if (this.isOpen) this.open()
    }
    pause(): void {
      if (this.periodic !== undefined && 'due' in this.periodic)
        this.periodic = { left: Math.max(0, this.periodic.due - this.now) }
    }
    leave(): void {
      this.state = undefined
      for (const [name, { owned }] of this.named) if (owned) this.named.delete(name)
      if (this.periodic !== undefined && 'left' in this.periodic) this.periodic = { due: this.now + this.periodic.left }
    }
    clear(): void {
      this.isOpen = false
      this.periodic = undefined
      this.state = undefined
      this.named.clear()
    }
    /** All that is due, each once; the mailbox is empty then. */
    read(): string[] {
      const fired: string[] = []
      if (this.periodic !== undefined && 'due' in this.periodic && this.periodic.due <= this.now) {
        fired.push('periodic')
        const ms = this.period ?? 100
        while (this.periodic.due <= this.now) this.periodic.due += ms
      }
      if (this.state !== undefined && !this.state.fired && this.state.due <= this.now) {
        fired.push('periodic')
        this.state.fired = true
      }
      for (const [name, { due }] of this.named)
        if (due <= this.now) {
          fired.push(name)
          this.named.delete(name)
        }
      return fired.toSorted()
    }
  }

  it('S26: fires what a simple model fires, whenever the mailbox is read', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        const clock = new VirtualClock()
        const mailbox: OwnEvent[] = []
        const fired: string[] = []
        const state = {}
        const timers = new Timers(
          clock,
          (_, timer) => void mailbox.push(timer),
          () => void fired.push('periodic'),
        )
        const handles = new Map<string, ClockTimer>()
        const model = new Model()
        for (const one of events)
          switch (one.do) {
            case 'advance':
              clock.advance(one.ms)
              model.now += one.ms
              break
            case 'every':
              timers.every(one.ms)
              model.every(one.ms)
              break
            case 'state':
              timers.setState(one.ms)
              model.pause()
              model.state = { due: model.now + one.ms, fired: false }
              break
            case 'named':
              handles.set(
                one.name,
                timers.setNamed(one.name, one.ms, {
                  run: () => void fired.push(one.name),
                  owner: one.owned ? state : undefined,
                }),
              )
              model.named.set(one.name, { due: model.now + one.ms, owned: one.owned })
              break
            case 'cancel':
              handles.get(one.name)?.cancel()
              model.named.delete(one.name)
              break
            case 'leave':
              timers.leaveState(state)
              model.leave()
              break
            case 'open':
              timers.open(100)
              model.open()
              break
            case 'clear':
              timers.clear()
              model.clear()
              break
            case 'read': {
              fired.length = 0
              // One that was due when it went on again comes at once, but not in the same breath.
              clock.advance(0)
              for (const timer of mailbox.splice(0)) if (timer.isCurrent()) timer.run()
              assert.deepEqual(fired.toSorted(), model.read())
              break
            }
          }
        timers.clear()
        assert.equal(clock.pending, 0)
      }),
      { numRuns: 2_000 },
    )
  })
})
