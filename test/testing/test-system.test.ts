/** A system under simulation does what a system does, in virtual time, and the same again for the same seed. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  ActorDead,
  BadDefinition,
  CannotBlockHere,
  Deadlock,
  defineConfig,
  Future,
  FutureShock,
  NoSuchActor,
  NotCloneable,
  StartError,
  subsystem,
  Task,
  task,
  actor,
  tell,
  TsworksError,
  events,
} from '../../src/index.ts'
import { explore, testSystem } from '../../src/testing/index.ts'
import { Client, Clockwork, Door, Racy, Rememberer, Runner, Worker, type DoorEvents } from './fixtures/town.ts'

const QUIET = { log: { level: 'silent' } } as const
const town = { door: task(Door), worker: task(Worker), client: task(Client) }

describe('a simulated system', () => {
  test('calls, in whichever thread', async () => {
    const sim = await testSystem(town)
    assert.deepEqual(await sim.run(sim.actor('client').ask()), [3, 'slow'])
    assert.equal(sim.now, 1_000)
    assert.deepEqual(await sim.stop(), { late: [], forced: [], givenUp: [] })
  })

  test('S23, S25, S26: States, what they postpone, and their timeouts', async () => {
    const sim = await testSystem(town)
    const door = sim.actor('door')
    assert.equal(await sim.run(door.open('Anna')), 'open for Anna')
    const ben = door.open('Ben')
    await sim.advance(4_999)
    assert.equal(ben.isReady, false)
    await sim.advance(1)
    assert.equal(await ben, 'open for Ben')
    assert.equal(await sim.run(door.timesOpened()), 2)
    await sim.stop()
  })

  test('S38: a second of it takes no second, and all times are virtual', async () => {
    const sim = await testSystem({ clock: task(Clockwork), client: task(Client), worker: task(Worker) })
    const probe = sim.probe<{ ticked(n: number): void }>()
    await probe.observe('clock')
    await sim.advance(3_600_000)
    assert.equal(probe.messages.length, 3_600)
    assert.equal(sim.now, 3_600_000)
    await assert.rejects(sim.run(sim.actor('client').within(999)), FutureShock)
    assert.equal(await sim.run(sim.actor('client').within(5_000)), 'slow')
    await assert.rejects(sim.run(sim.actor('worker').slowly('x').within(10)), FutureShock)
    await sim.stop()
  })

  test('S5: arguments and results are copies', async () => {
    const sim = await testSystem(town)
    await sim.run(sim.actor('client').sendAndChange())
    // What the client told is on another road than what the test asks.
    await sim.settle()
    assert.deepEqual(await sim.run(sim.actor('worker').noted()), [{ n: 1 }, { n: 2 }])
    const mine = { n: 1 }
    tell(sim.actor('worker')).note(mine)
    mine.n = 2
    const [, , third] = await sim.run(sim.actor('worker').noted())
    assert.deepEqual(third, { n: 1 })
    await assert.rejects(
      sim.run(Promise.resolve().then(() => sim.actor('worker').add(Symbol() as never, 1))),
      NotCloneable,
    )
    await sim.stop()
  })

  test('S10: a Future made by hand is answered from another thread', async () => {
    const sim = await testSystem(town)
    assert.equal(await sim.run(sim.actor('client').byFuture()), 42)
    const mine = new Future<number>()
    tell(sim.actor('worker')).answerLater(mine)
    assert.equal(await sim.run(mine), 42)
    await sim.stop()
  })

  test('S40: AsyncLocalStorage is right after each wait', async () => {
    const sim = await testSystem({ a: task(Rememberer), b: task(Rememberer), worker: task(Worker) })
    const words = await sim.run(Promise.all([sim.actor('a').remember('one'), sim.actor('b').remember('two')]))
    assert.deepEqual(words, [Array(3).fill('one'), Array(3).fill('two')])
    await sim.stop()
  })

  test('S17: errors arrive whole', async () => {
    const sim = await testSystem(town, QUIET)
    await assert.rejects(sim.run(sim.actor('worker').fails()), (error: Error) => {
      assert.ok(error instanceof RangeError)
      return error.message === 'as it was told'
    })
    await sim.stop()
  })

  test('S19: calls to a name that never was reject, with near names', async () => {
    const sim = await testSystem({ client: task(Client), wörker: undefined } as never).catch((error: unknown) => error)
    assert.ok(sim instanceof BadDefinition)
    const alone = await testSystem({ client: task(Client), workers: task(Worker) })
    await assert.rejects(alone.run(alone.actor('client').ask()), (error: Error) => {
      assert.ok(error instanceof NoSuchActor)
      return error.message.includes('workers')
    })
    await alone.stop()
  })

  test('S33: a promise that an object leaves alone is a failure of that object', async () => {
    const sim = await testSystem(town, QUIET)
    await sim.run(sim.actor('worker').strays())
    await sim.settle()
    assert.deepEqual(await sim.run(sim.actor('worker').noted()), ['left alone'])
    await sim.stop()
  })

  test('S18: waiting in a circle fails within half a virtual second', async () => {
    await explore({ ...town, other: task(Client) }, { ...QUIET, runs: 20 }, async (sim) => {
      await assert.rejects(sim.run(sim.actor('client').waitsInACircle()), Deadlock)
      assert.equal(sim.now, 500)
    })
  })

  test('S32, S34: a restart waits for its backoff in virtual time', async () => {
    const restart = { backoff: { first: 9_000, jitter: 0 } }
    const sim = await testSystem({ worker: task(Worker, { restart }) }, QUIET)
    const worker = sim.actor('worker')
    tell(worker).note('before')
    tell(worker).crash()
    const noted = worker.noted()
    await sim.advance(8_999)
    assert.equal(noted.isReady, false)
    await sim.advance(1)
    assert.deepEqual(await noted, [], 'it is a new incarnation')
    assert.ok(sim.trace.some(({ kind, object }) => kind === 'restart' && object === 'worker'))
    await sim.stop()
  })

  test('S34: a budget that is spent stops the system, and leaves the exit code of the test alone', async () => {
    const sim = await testSystem({ worker: task(Worker) }, QUIET)
    for (let crash = 0; crash < 4; crash++) {
      assert.equal(sim.exitCode, 0)
      tell(sim.actor('worker')).crash()
      await sim.settle()
    }
    await assert.rejects(sim.run(sim.system.done), /spent|restart/)
    assert.equal(process.exitCode, undefined)
    assert.equal(sim.exitCode, 1)
    await sim.stop()
  })

  test('S29: a start that fails rejects, naming the object and the phase', async () => {
    class Fails extends Task {
      override async onStart(): Promise<void> {
        await this.pause(1_000)
        throw new Error('no')
      }
    }
    await assert.rejects(testSystem({ fails: task(Fails) }, QUIET), (error: Error) => {
      assert.ok(error instanceof StartError)
      return error.actor === 'fails' && error.phase === 'onStart'
    })
  })

  test('S29: a hook that never ends is given up when its time is over', async () => {
    class Hangs extends Task {
      override onInit(): Promise<void> {
        return new Promise(() => {})
      }
    }
    await assert.rejects(
      testSystem({ hangs: task(Hangs) }, { ...QUIET, startTimeout: 100, stopTimeout: 100, patience: 1 }),
      (error: Error) => error instanceof StartError && error.phase === 'onInit',
    )
  })

  test('spawns, and stops what it spawned', async () => {
    const sim = await testSystem({ worker: task(Worker, { count: 0 }) })
    const worker = sim.spawn('worker', { name: 'extra' })
    assert.equal(await sim.run(worker.add(1, 2)), 3)
    const names = (await sim.snapshot()).objects.map(({ name }) => name)
    assert.deepEqual(names, ['extra'])
    await sim.run(sim.system.stopObject(worker))
    await assert.rejects(sim.run(worker.add(1, 2)), ActorDead)
    await sim.stop()
  })

  test('takes a subsystem, with its strategy, any number of times', async () => {
    const example = subsystem(
      import.meta.url,
      { pair_a: task(Worker), pair_b: task(Worker) },
      { strategy: 'oneForAll' },
    )
    for (const seed of [1, 2, 3]) {
      const sim = await testSystem(example, { ...QUIET, seed })
      tell(sim.actor('pair_b')).note('forgotten')
      tell(sim.actor('pair_a')).crash()
      await sim.settle()
      assert.deepEqual(await sim.run(sim.actor('pair_b').noted()), [])
      await sim.stop()
    }
  })

  test('takes a program of subsystems, and loads classes and configurations as they are named', async () => {
    const program = defineConfig({ subsystems: ['./fixtures/lazy-town.ts'] })
    const sim = await testSystem(program, { url: import.meta.url })
    const lazy = sim.actor('lazy') as unknown as { configured(): Future<unknown> }
    assert.deepEqual(await sim.run(lazy.configured()), { speed: 3 })
    await sim.stop()
  })
})

describe('many simulations', () => {
  test('side by side have each their own time, objects and pids', async () => {
    const a = await testSystem(town, { seed: 1 })
    const b = await testSystem(town, { seed: 2 })
    await a.advance(10_000)
    assert.deepEqual([a.now, b.now], [10_000, 0])
    const [inA, inB] = await Promise.all([a.run(a.actor('client').ask()), b.run(b.actor('client').within(5_000))])
    assert.deepEqual([inA, inB], [[3, 'slow'], 'slow'])
    assert.deepEqual([a.now, b.now], [11_000, 1_000])
    await a.stop()
    assert.equal(await b.run(b.actor('worker').add(1, 1)), 2)
    await b.stop()
  })

  test('of one seed are the same, step by step; of others not', async () => {
    const run = async (seed: number): Promise<readonly unknown[]> => {
      const sim = await testSystem(town, { seed })
      const door = sim.actor('door')
      await sim.run(Promise.all([door.open('a'), door.open('b'), sim.actor('client').ask()]))
      await sim.stop()
      return sim.trace
    }
    const first = await run(5)
    assert.deepEqual(await run(5), first)
    assert.notDeepEqual(await run(6), first)
  })

  test('find the schedule on which a race is lost, and name its seed', async () => {
    const race = { racy: actor(Racy), one: task(Runner), two: task(Runner) }
    const winners = new Set<string | undefined>()
    await explore(race, { runs: 20 }, async (sim) => {
      await sim.run(Promise.all([sim.actor('one').run(), sim.actor('two').run()]))
      await sim.settle()
      winners.add(await sim.run(sim.actor('racy').first()))
    })
    assert.deepEqual(winners, new Set(['one', 'two']))
    const lost = explore(race, { runs: 20 }, async (sim) => {
      await sim.run(Promise.all([sim.actor('one').run(), sim.actor('two').run()]))
      await sim.settle()
      assert.equal(await sim.run(sim.actor('racy').first()), 'one')
    })
    await assert.rejects(lost, (error: Error) => {
      assert.ok(error instanceof TsworksError && error.cause instanceof assert.AssertionError)
      const seed = Number(/with seed (\d+)/.exec(error.message)?.[1])
      return error.code === 'SEED_FAILED' && seed > 0
    })
  })
})

describe('what a test can do with time and steps', () => {
  test('settle says who waits for what', async () => {
    const sim = await testSystem(town, QUIET)
    for (const call of [sim.actor('client').waitsForStuck(), sim.actor('door').open('x')]) call.catch(() => {})
    const waiting = (await sim.settle()).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    assert.deepEqual(waiting, [
      { name: 'client', method: 'waitsForStuck', for: 'answer', what: 'worker.stuck' },
      { name: 'worker', method: 'stuck', for: 'outside', what: 'something outside' },
    ])
    await sim.stop()
  })

  test('settle tells a pause from an answer', async () => {
    const sim = await testSystem(town)
    const asked = sim.actor('client').ask()
    asked.catch(() => {})
    const waiting = await sim.settle()
    assert.deepEqual(
      new Set(waiting.map((one) => `${one.name}.${one.method}: ${one.for}, ${one.what}`)),
      new Set(['client.ask: answer, worker.slowly', 'worker.slowly: time, until 1 s']),
    )
    await sim.run(asked)
    await sim.stop()
  })

  test('run waits for what comes from outside, and lets no time pass meanwhile', async () => {
    const sim = await testSystem({ ...town, clock: task(Clockwork) })
    assert.equal(await sim.run(sim.actor('worker').fromOutside('real')), 'real')
    assert.equal(sim.now, 0)
    await sim.stop()
  })

  test('run says what it waits for in vain, with the seed', async () => {
    const sim = await testSystem(town, { ...QUIET, seed: 77, patience: 1 })
    await assert.rejects(sim.run(sim.actor('client').waitsForStuck()), (error: Error) => {
      assert.ok(error instanceof TsworksError)
      assert.match(error.message, /client\.waitsForStuck waits for worker\.stuck/)
      assert.match(error.message, /worker\.stuck waits for something outside/)
      assert.match(error.message, /seed 77/)
      assert.match(
        error.message,
        /nothing has come from outside for 1 ms of real time \(patience\); .*\{ patience: 10000 \}/,
      )
      return error.code === 'STALLED'
    })
    await sim.stop()
  })

  describe('what is awaited while the simulation stands still', () => {
    test('fails, and names the cure', async () => {
      const sim = await testSystem(town, { ...QUIET, patience: 1 })
      await assert.rejects(
        async () => sim.actor('worker').add(1, 2),
        (error: Error) => {
          assert.ok(error instanceof TsworksError)
          assert.match(
            error.message,
            /^worker\.add was awaited while the simulation stood still, .* await sim\.run\(future\)/,
          )
          assert.match(error.stack!, /awaited at/)
          assert.equal(error.executed, 'maybe')
          return error.code === 'STANDS_STILL'
        },
      )
      assert.equal(await sim.run(sim.actor('worker').add(3, 4)), 7)
      await sim.stop()
    })

    test('fails, also where it was first awaited while the simulation ran', async () => {
      const sim = await testSystem(town, { ...QUIET, patience: 1 })
      const door = sim.actor('door')
      await sim.run(door.open('Anna'))
      const ben = door.open('Ben')
      await assert.rejects(Promise.all([ben, sim.settle()]), { code: 'STANDS_STILL', message: /^door\.open was/ })
      await sim.stop()
    })

    test('fails, if it is a Future made by hand that an object has', async () => {
      const sim = await testSystem(town, { ...QUIET, patience: 1 })
      const answer = new Future<number>()
      tell(sim.actor('worker')).answerLater(answer)
      await assert.rejects(async () => answer, { code: 'STANDS_STILL', message: /^a Future made by hand was/ })
      await sim.stop()
    })

    test('comes, where something else drives the simulation meanwhile', async () => {
      const sim = await testSystem(town, { ...QUIET, patience: 2_000 })
      const slow = sim.actor('worker').slowly('late')
      const awaited = (async () => slow)()
      await nextTurn()
      await sim.advance(500)
      await nextTurn()
      await sim.advance(500)
      assert.equal(await awaited, 'late')
      await sim.stop()
    })

    test('may be a Future that only the test has', async () => {
      const sim = await testSystem(town, { ...QUIET, patience: 1 })
      const mine = new Future<number>()
      const awaited = (async () => mine)()
      // A call that fails shows that the patience is over.
      await assert.rejects(async () => sim.actor('worker').add(1, 2), { code: 'STANDS_STILL' })
      mine.set(3)
      assert.equal(await awaited, 3)
      await sim.stop()
    })
  })

  test('run is for the test, not for objects', async () => {
    const refused = Promise.withResolvers<unknown>()
    class Drives extends Task {
      drive(): void {
        sim.advance(1).catch(refused.resolve)
      }
    }
    const sim = await testSystem({ drives: task(Drives) })
    await sim.run(sim.actor('drives').drive())
    assert.match(String(await refused.promise), /only the test drives/)
    await sim.stop()
  })

  test('probes record, expect, answer and observe', async () => {
    const sim = await testSystem(town)
    const probe = sim.probe<DoorEvents & { ask(n: number): string }>()
    await probe.observe(sim.actor('door'))
    await probe.expectNothing()
    const door = sim.actor('door')
    await sim.run(door.open('Anna'))
    await probe.expect('opened', 'Anna')
    probe.answer('ask', (n: number) => `asked ${n}`)
    assert.equal(await sim.run(probe.remote.ask(3)), 'asked 3')
    assert.deepEqual(await probe.next(), { method: 'ask', args: [3] })
    const again = door.open('Ben')
    await probe.expect('opened', 'Ben')
    assert.equal(sim.now, 5_000, 'it waited for the door')
    assert.equal(await again, 'open for Ben')
    await assert.rejects(probe.expect('opened', 'Carl'), /expected opened within 10 s, found nothing \(seed 1\)/)
    await sim.advance(5_000)
    const carl = door.open('Carl')
    await assert.rejects(probe.expect('opened', 'Dora'), (error: Error) => {
      assert.ok(error instanceof assert.AssertionError)
      assert.deepEqual(error.actual, { method: 'opened', args: ['Carl'] })
      return error.message.includes('found opened("Carl")')
    })
    await carl
    assert.equal(probe.messages.length, 4)
    await sim.stop()
  })

  test('S21, S38: a stream of notifications has them as the simulation goes on, and is done when it stops', async () => {
    const sim = await testSystem(town)
    const stream = events(sim.actor('door'))
    await sim.run(stream.ready)
    void sim.actor('door').open('Anna')
    void sim.actor('door').open('Ben')
    const opened = (by: string) => ({ value: { method: 'opened', args: [by] }, done: false })
    assert.deepEqual(await sim.run(stream.next()), opened('Anna'))
    assert.equal(sim.now, 0)
    assert.deepEqual(await sim.run(stream.next()), opened('Ben'))
    assert.equal(sim.now, 5_000, 'it waited for the door')
    sim.kill('door', 'a fault')
    await sim.settle()
    const carl = stream.next()
    await sim.run(sim.actor('door').open('Carl'))
    assert.deepEqual(await carl, opened('Carl'))
    await sim.settle()
    const end = stream.next()
    await sim.stop()
    assert.deepEqual(await end, { value: undefined, done: true })
  })

  test('a probe that gets what it did not expect says so', async () => {
    const sim = await testSystem(town)
    const probe = sim.probe<DoorEvents>({ name: 'watcher', within: 100 })
    await probe.observe('door')
    await sim.run(sim.actor('door').open('Anna'))
    await assert.rejects(probe.expectNothing(), /watcher: expected nothing, found opened\("Anna"\)/)
    await sim.stop()
  })

  test('a probe that cannot be made says why, whatever it is used for', async () => {
    const sim = await testSystem(town, QUIET)
    const second = sim.probe<DoorEvents>({ name: 'door' })
    const taken = { name: 'BadDefinition', message: /the name door is taken/ }
    await assert.rejects(second.observe('worker'), taken)
    await assert.rejects(second.expect('opened', 'Anna'), taken)
    await assert.rejects(second.next(), taken)
    await assert.rejects(second.expectNothing(), taken)
    await sim.stop()
    await assert.rejects(sim.probe().observe('door'), { name: 'ActorDead', message: /the system has stopped/ })
  })
})

describe('faults', () => {
  test('a link that is slow delays what is sent on it, in order, and nothing else', async () => {
    const sim = await testSystem(town)
    sim.link('client', 'worker').delay(300)
    const asked = sim.actor('client').ask()
    await sim.advance(299)
    assert.equal(await sim.run(sim.actor('worker').add(1, 1)), 2, 'the test has a link of its own')
    assert.equal(asked.isReady, false)
    assert.deepEqual(await sim.run(asked), [3, 'slow'])
    assert.equal(sim.now, 300 + 300 + 1_000)
    await sim.stop()
  })

  test('S12, S19, S33: a thread that is killed takes its objects with it; who called them hears of it, and they come back', async () => {
    const sim = await testSystem(town, QUIET)
    const slow = sim.actor('client').within(60_000)
    slow.catch(() => {})
    await sim.settle()
    sim.kill('worker', 'lightning')
    await assert.rejects(sim.run(slow), (error: Error) => {
      assert.ok(error instanceof ActorDead)
      assert.match(error.message, /lightning/)
      return error.executed === 'maybe'
    })
    assert.equal(await sim.run(sim.actor('worker').add(1, 2)), 3)
    assert.ok(sim.trace.some(({ kind, object }) => kind === 'lost' && object === 'worker'))
    await sim.stop()
  })
})

describe('S20: a blocking get() in a simulation', () => {
  test('lets the others go on', async () => {
    await explore(town, { ...QUIET, runs: 20 }, async (sim) => {
      assert.equal(await sim.run(sim.actor('client').blocksForAdd()), 42)
    })
  })

  test('cannot wait for one that is at an await, and names both methods', async () => {
    const sim = await testSystem(town, QUIET)
    await assert.rejects(sim.run(sim.actor('client').blocksForSlow()), (error: Error) => {
      assert.ok(error instanceof CannotBlockHere)
      assert.match(error.message, /client\.blocksForSlow/)
      return /worker has not ended slowly, which is async or gave a promise/.test(error.message)
    })
    await sim.stop()
  })

  test('waits for one that blocks in its turn', async () => {
    await explore({ ...town, other: task(Client) }, { ...QUIET, runs: 20 }, async (sim) => {
      assert.equal(await sim.run(sim.actor('client').blocksTwice()), 43)
    })
  })

  test('in a circle ends, though a timer could go on for ever', async () => {
    const sim = await testSystem({ ...town, other: task(Client), clock: task(Clockwork) }, QUIET)
    await assert.rejects(sim.run(sim.actor('client').blocksInACircle()), CannotBlockHere)
    assert.equal(await sim.run(sim.actor('client').blocksForAdd()), 42)
    await sim.stop()
  })

  test('lets virtual time pass where that answers it, and no longer than it may', async () => {
    const sim = await testSystem(town, QUIET)
    await sim.run(sim.actor('door').open('Anna'))
    await assert.rejects(sim.run(sim.actor('client').blocksForDoor(1_000)), FutureShock)
    assert.equal(sim.now, 1_000)
    await sim.stop()
  })

  test('on the main thread, where the settings allow it', async () => {
    const sim = await testSystem(town, { blockMain: true })
    assert.equal(sim.actor('worker').add(1, 2).get(), 3)
    await sim.stop()
    const other = await testSystem(town)
    assert.throws(() => other.actor('worker').add(1, 2).get(), CannotBlockHere)
    await other.stop()
  })
})
