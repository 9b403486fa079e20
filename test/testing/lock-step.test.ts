/** Tasks that block in get(), on real threads that take their steps with the simulation. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  ActorDead,
  BadConfiguration,
  CannotBlockHere,
  Deadlock,
  FutureShock,
  tell,
  Task,
  task,
} from '../../src/index.ts'
import { explore, testSystem, type TestSettings } from '../../src/testing/index.ts'
import { realClock } from '../../src/threads/real-clock.ts'
import { blockingTown, type ClientEvents } from './fixtures/blocking-town.ts'
import { slowModule } from './fixtures/slow-module.ts'

const SILENT = { log: { level: 'silent' } } as const
const start = (settings: TestSettings = {}) =>
  testSystem(blockingTown, { ...SILENT, lockStep: ['client'], ...settings })

describe('a Task in lock-step', () => {
  it('S20: blocks in get() until a method that awaits has ended; no real time passes', async () => {
    const sim = await start()
    const probe = sim.probe<ClientEvents>()
    await probe.observe('client')
    assert.equal(await sim.run(sim.actor('client').ask(60_000)), 'after 60000')
    assert.equal(sim.now, 60_000)
    await probe.expect('asked', 'after 60000')
    await sim.stop()
  })

  it('S14: waits no longer than get(ms), in virtual time', async () => {
    const sim = await start()
    await assert.rejects(sim.run(sim.actor('client').askBriefly(5_000, 100)), FutureShock)
    assert.equal(sim.now, 100)
    assert.equal(await sim.run(sim.actor('client').ask(10)), 'after 10')
    assert.equal(sim.now, 5_010)
    await sim.stop()
  })

  it('S4: what comes while it blocks waits for its turn, in order', async () => {
    const sim = await start()
    const client = sim.actor('client')
    const asked = client.ask(1_000)
    for (const note of ['a', 'b', 'c']) tell(client).note(note)
    const notes = client.notes()
    await sim.advance(999)
    assert.equal(notes.isReady, false)
    assert.deepEqual(await sim.settle(), [
      { name: 'client', method: 'ask', for: 'answer', what: 'worker.slow' },
      { name: 'worker', method: 'slow', for: 'time', what: 'until 1 s' },
    ])
    assert.deepEqual(await sim.run(notes), ['a', 'b', 'c'])
    assert.equal(await asked, 'after 1000')
    await sim.stop()
  })

  it('S17: an error that it waits for is thrown there', async () => {
    const sim = await start()
    await assert.rejects(sim.run(sim.actor('client').askForTrouble()), { name: 'RangeError', message: 'not today' })
    await sim.stop()
  })

  it('has its timers on virtual time, and none of them while it blocks', async () => {
    const sim = await start()
    const client = sim.actor('client')
    await sim.run(client.ticksEach(10))
    await sim.advance(1_005)
    assert.equal(await sim.run(client.ticks()), 100)
    await sim.run(client.ask(1_000))
    const before = await sim.run(client.ticks())
    assert.ok(before <= 101, `${before} ticks: those that passed while it was blocked fire once`)
    await sim.advance(1_000)
    assert.ok((await sim.run(client.ticks())) > 190)
    await sim.stop()
  })

  it('waits for what comes from outside, before it blocks and while it does', async () => {
    const sim = await start()
    assert.equal(await sim.run(sim.actor('client').askOutside()), 'from outside')
    assert.equal(await sim.run(sim.actor('client').readAndAsk(3_000)), 'after 3000')
    await sim.stop()
  })

  it('S6: lends and borrows functions and AbortSignals as any other, in virtual time', async () => {
    const sim = await start()
    assert.deepEqual(await sim.run(sim.actor('client').lend()), [10, 20, 30, true])
    assert.equal(sim.now, 300)
    const seen: number[] = []
    assert.deepEqual(await sim.run(sim.actor('client').borrow((item) => seen.push(item))), [1, 2])
    assert.deepEqual([seen, sim.now], [[1, 2], 1_300])
    await sim.settle()
    const { threads } = await sim.snapshot()
    assert.deepEqual(
      threads.map(({ lent }) => lent).filter((lent) => lent > 0),
      [],
    )
    await sim.stop()
  })

  it('S18: two that block for each other fail with Deadlock, after half a virtual second', async () => {
    const sim = await start({ lockStep: ['client', 'second'] })
    assert.equal(await sim.run(sim.actor('client').call(['second'])), 'client > second')
    await assert.rejects(sim.run(sim.actor('client').call(['second', 'client'])), Deadlock)
    await sim.stop()
  })

  it('S32: that dies while it blocks is made again', async () => {
    const sim = await start()
    const asked = sim.actor('client').ask(1_000)
    await sim.advance(500)
    sim.kill('client')
    await assert.rejects(sim.run(asked), ActorDead)
    assert.equal(await sim.run(sim.actor('client').ask(1_000)), 'after 1000')
    assert.equal(await sim.run(sim.actor('worker').made()), 2)
    await sim.stop()
  })

  for (const inSilence of [false, true])
    it(`S33: that ends its own thread${inSilence ? ', and tells nobody,' : ''} is made again; the error says its exit code`, async () => {
      const sim = await start()
      await assert.rejects(sim.run(sim.actor('client').exit(inSilence)), /exited with code 3/)
      assert.equal(await sim.run(sim.actor('client').ask(10)), 'after 10')
      await sim.stop()
    })

  it('S33: that ends its own thread had said what it said before', async () => {
    const sim = await start()
    const said = Array.from({ length: 10 }, (_, n) => `${n}`)
    for (const words of said) {
      await sim.run(sim.actor('client').ask(1))
      const gone = new Int32Array(new SharedArrayBuffer(4))
      const exits = sim.actor('client').sayAndExit(words, gone)
      await sim.settle()
      // This thread sees all of it only when it is over.
      Atomics.wait(gone, 0, 0)
      await assert.rejects(sim.run(exits), ActorDead)
      await sim.advance(5_000)
    }
    assert.deepEqual(await sim.run(sim.actor('worker').heard()), said)
    await sim.stop()
  })

  it('does the same steps with the same seed', async () => {
    const traceOf = async (seed: number): Promise<readonly unknown[]> => {
      const sim = await start({ seed, lockStep: ['client', 'second', 'writer'] })
      const writes = ['x', 'y', 'z'].flatMap((text) => sim.actors('writer').map((writer) => writer.write(text)))
      await sim.run(Promise.all([...writes, sim.actor('client').ask(20), sim.actor('second').ask(10)]))
      await sim.stop()
      return sim.trace
    }
    assert.deepEqual(await traceOf(7), await traceOf(7))
    assert.notDeepEqual(await traceOf(7), await traceOf(8))
  })

  it('takes its turns in any order that threads could show', async () => {
    const seen = new Set<string>()
    await explore(blockingTown, { ...SILENT, runs: 12, lockStep: ['client'] }, async (sim) => {
      const writers = sim.actors('writer')
      await sim.run(Promise.all(writers.map((writer, index) => writer.write(`${index}`))))
      await sim.settle()
      seen.add((await sim.run(sim.actor('client').notes())).join())
    })
    assert.deepEqual([...seen].toSorted(), ['0,1', '1,0'])
  })

  it('may be waited for by one that blocks in the test’s own thread', async () => {
    const sim = await start({ lockStep: ['worker'] })
    assert.equal(await sim.run(sim.actor('client').ask(2_000)), 'after 2000')
    await sim.stop()
  })

  it('S25: postpones, and what it has postponed is begun again', async () => {
    const sim = await start({ lockStep: ['door'] })
    const door = sim.actor('door')
    assert.deepEqual(await sim.run(Promise.all([door.open('Anna'), door.open('Ben')])), [
      'open for Anna',
      'open for Ben',
    ])
    assert.equal(sim.now, 5_000)
    // That each was begun in order, and none twice but for that, is checked here.
    await sim.stop()
  })

  it('may load a module that waits for the test’s own thread', async () => {
    const sim = await testSystem(slowModule, { ...SILENT, lockStep: ['reader'] })
    assert.deepEqual(await sim.run(Promise.all(sim.actors('reader').map((reader) => reader.read()))), ['read', 'read'])
    await sim.stop()
  })

  it('is ended where a step never ends: the test goes on, and is told', async (t) => {
    const sim = await start()
    const now = realClock.now.bind(realClock)
    // Each look at the clock takes ten seconds, so that the limit of a minute is soon over.
    let passed = 0
    t.mock.method(realClock, 'now', () => now() + 10_000 * passed++)
    const endless = sim.actor('client').loopWithoutEnd()
    await assert.rejects(sim.run(endless), {
      code: 'STALLED',
      message: /client has not ended a step within 1 min of real time/,
    })
    t.mock.restoreAll()
    await assert.rejects(sim.run(endless), ActorDead)
    assert.equal(await sim.run(sim.actor('client').ask(10)), 'after 10')
    await sim.stop()
  })
})

describe('lockStep', () => {
  it('is named by the error of one that blocks without it', async () => {
    const sim = await start({ lockStep: [] })
    await assert.rejects(sim.run(sim.actor('client').ask(10)), (error: Error) => {
      assert.ok(error instanceof CannotBlockHere)
      assert.match(error.message, /worker\.slow in client\.ask/)
      assert.match(error.message, /lockStep: \['client'\]/)
      return true
    })
    await sim.stop()
  })

  it('is named where what one waits for without it is on a real thread, and at an await', async () => {
    const sim = await start({ lockStep: ['worker'] })
    await assert.rejects(sim.run(sim.actor('client').askForNothing()), {
      name: 'CannotBlockHere',
      message:
        /get\(\) of worker\.never in client\.askForNothing .* worker has not ended never, which waits for something outside; .* lockStep: \['client'\]/,
    })
    assert.equal(sim.now, 0)
    await sim.stop()
  })

  it('is named by the error of a circle of those that block without it, and both methods', async () => {
    const sim = await start({ lockStep: [] })
    await assert.rejects(sim.run(sim.actor('client').call(['second', 'client'])), {
      name: 'CannotBlockHere',
      message:
        /get\(\) of client\.call in second\.call .* client has not ended call, which waits for second\.call; .* lockStep: \['second'\]/,
    })
    await sim.stop()
  })

  it('refuses a definition without threads of its own', async () => {
    await assert.rejects(start({ lockStep: ['lodger'] }), {
      name: 'BadDefinition',
      message: /lodger has no thread of its own/,
    })
  })

  it('refuses a name that no definition has', async () => {
    await assert.rejects(start({ lockStep: ['cleint'] }), {
      name: 'BadConfiguration',
      message: /found cleint; did you mean client\?/,
    })
  })

  it('refuses a class that only the test knows', async () => {
    class Local extends Task {}
    await assert.rejects(testSystem({ local: task(Local) }, { ...SILENT, lockStep: ['local'] }), (error: Error) => {
      assert.ok(error instanceof BadConfiguration)
      assert.match(error.message, /subsystem\(import\.meta\.url, \{ local: … \}\) in a module without tests/)
      return true
    })
  })

  it('refuses anything but a list of names', async () => {
    await assert.rejects(
      start({ lockStep: 'client' as unknown as string[] }),
      /lockStep: expected a list of names of definitions, found "client"/,
    )
  })
})
