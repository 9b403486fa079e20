import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Actor } from '../../src/core/actor.ts'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'

class Counter extends Task<{ counted(n: number): void }> {
  other = this.actor('other')
  #n = 0
  add(by: number): number {
    this.#n += by
    this.log.info({ n: this.#n }, 'counted')
    this.notify.counted(this.#n)
    return this.#n
  }
  async ask(): Promise<unknown> {
    return this.other.hello!(1)
  }
}
class Idle extends State<Counter> {}

describe('an object made with new, in a unit test', () => {
  it('runs its methods; its log and its notifications go nowhere', () => {
    const counter = new Counter()
    assert.equal(counter.add(2), 2)
    assert.equal(counter.add(3), 5)
  })

  it('has the name of its class', () => {
    const counter = new Counter()
    assert.deepEqual([counter.name, counter.index, counter.pid, counter.config], ['Counter', 0, 0, undefined])
    assert.equal(counter.signal.aborted, false)
    assert.equal(counter.context.sender, 0)
    assert.deepEqual(counter.actors('ring'), [])
  })

  it('gives Remotes whose calls reject', async () => {
    const counter = new Counter()
    await assert.rejects(counter.ask(), {
      name: 'NoSuchActor',
      message: /^there is no object named other \(this Counter was made with new and belongs to no system\)$/,
    })
    await assert.rejects(async () => counter.self<Counter>().add(1), { name: 'NoSuchActor' })
    await assert.rejects(async () => counter.observe('other'), { name: 'NoSuchActor' })
    const third = Reflect.apply(counter.actor, counter, [{ key: 'ring' }, 3]) as typeof counter.other
    await assert.rejects(async () => third.x!(), { message: /no object named ring#3/ })
    assert.doesNotThrow(() => tell(counter.other).hello!(1))
  })

  for (const [word, use] of [
    ['become', (counter: Counter) => counter.become(Idle)],
    ['postpone', (counter: Counter) => counter.postpone()],
    ['every', (counter: Counter) => counter.every(1)],
    ['timer', (counter: Counter) => counter.timer('a', 1, () => {})],
    ['pause', (counter: Counter) => counter.pause(1)],
    ['spawn', (counter: Counter) => counter.spawn('x')],
    ['watch', (counter: Counter) => counter.watch(counter.other)],
    ['stop', (counter: Counter) => counter.stop()],
    ['stop', (counter: Counter) => counter.stop(counter.other)],
  ] as const)
    it(`says what ${word} needs`, () => {
      assert.throws(() => use(new Counter()), {
        name: 'NotInTurn',
        message: `Counter.${word}: this object was made with new and belongs to no system, which ${word} needs; start it as a definition, or call only methods that do without`,
      })
    })

  it('fails by throwing what it is given', () => {
    assert.throws(() => new Counter().fail(new RangeError('no')), RangeError)
  })

  it('may be a State, which has no Task', () => {
    const idle = new Idle()
    assert.throws(() => idle.task, { message: /^Idle\.task: this object was made with new/ })
    assert.throws(() => idle.setTimeout(1), { message: /^Idle\.setTimeout: / })
  })

  it('may be an Actor', () => {
    class Adder extends Actor {
      add(a: number, b: number): number {
        return a + b
      }
    }
    assert.equal(new Adder().add(1, 2), 3)
  })
})
