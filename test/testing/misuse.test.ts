/** What a test gets wrong is refused at once, by an error that says how to mend it, and is blamed on no seed. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Actor, start, Task, task, type Future, type Remote } from '../../src/index.ts'
import { explore, testSystem, type TestSystem } from '../../src/testing/index.ts'
import { Door, type Closed } from './fixtures/town.ts'

const town = { door: task(Door) }

/** Lets the test have a Future that its own thread has made. */
class Leaker extends Task {
  static leaked: Future<string> | undefined

  leak(): void {
    Leaker.leaked = (this.actor('door') as Remote<Closed>).open(this.name)
  }
}

describe('what is wrong is refused, and says how to mend it', () => {
  const noTest = async (): Promise<void> => {}

  for (const [what, settings, message] of [
    ['a setting that is misspelt', { sede: 3 }, /a simulation has no setting sede; did you mean seed\?$/],
    ['a setting of real threads', { link: 'port' }, /a simulation has no setting link/],
    ['a seed that is none', { seed: 'x' }, /seed: expected a whole number, found "x"$/],
    ['a patience that is none', { patience: -1 }, /patience: expected a time from 0 to \d+ ms, found -1$/],
    ['settings that are none', 3, /expected settings as an object, found 3$/],
  ] as const)
    test(what, async () => {
      await assert.rejects(testSystem(town, settings as object), message)
      // No schedule shows it again or does not, so no seed is blamed.
      await assert.rejects(explore(town, settings as object, noTest), message)
      await assert.rejects(explore(town, settings as object, noTest), { code: 'BAD_CONFIGURATION' })
    })

  test('a class, where its definition should stand', async () => {
    class Bell extends Actor {}
    for (const [program, cure] of [
      [{ door: Door }, 'door: task(Door)'],
      [{ bell: Bell }, 'bell: actor(Bell)'],
    ] as const)
      await assert.rejects(
        testSystem(program as never),
        (error: Error) =>
          /^BadDefinition: .* expected task\(Class\) or actor\(Class\), found the class \w+ itself; write /.test(
            String(error),
          ) && error.message.endsWith(cure),
      )
    await assert.rejects(testSystem({ date: Date } as never), /found the function Date$/)
  })

  test('no run at all, which would be a test that cannot fail', async () => {
    await assert.rejects(
      explore(town, { runs: 0 }, noTest),
      /^BadConfiguration: explore\(.*runs: expected a whole number from 1, found 0$/,
    )
    await assert.rejects(explore(town, {}, undefined as never), /^BadDefinition: .*expected a function/)
  })

  test('times that are none', async () => {
    const sim = await testSystem(town)
    for (const wrong of [-1, NaN, Infinity, '5' as never]) {
      assert.throws(() => sim.advance(wrong), /^BadDefinition: sim\.advance\(ms\): expected a time from 0/)
      assert.throws(() => sim.probe({ within: wrong }), /^BadDefinition: sim\.probe\(\{ within \}\): expected a time/)
    }
    await sim.stop()
  })

  describe('an await that is missing in the test of explore', () => {
    for (const [what, forgets] of [
      ['at its end', (sim) => void sim.run(sim.actor('door').open('Anna'))],
      ['at the end of an async one', async (sim) => void sim.run(sim.actor('door').open('Anna'))],
      ['of a probe', (sim) => void sim.probe().expectNothing()],
    ] as const satisfies readonly [string, (sim: TestSystem<typeof town>) => unknown][])
      test(what, async () => {
        await assert.rejects(
          explore(town, { runs: 2 }, forgets),
          /with seed 1 .*: the test has returned while [^ ]+\(\w*\) is under way: an await is missing$/,
        )
      })

    test('so that nobody hears that it was rejected', async () => {
      const wrong = explore(town, { runs: 2, seed: 7 }, async (sim) => {
        void assert.rejects(sim.run(sim.actor('door').open('Anna')), { message: 'closed' })
        await sim.settle()
      })
      await assert.rejects(wrong, (error: Error) => {
        assert.match(
          error.message,
          /^with seed 7 .*: a promise of the test was rejected, and nobody waits for it \(is an await missing\?\): Missing expected rejection/,
        )
        const { cause } = error as { cause: Error }
        return cause.cause instanceof assert.AssertionError
      })
    })
  })

  test('a URL first, as start takes it', async () => {
    const call = testSystem as unknown as (url: string, program: object) => Promise<unknown>
    await assert.rejects(call(import.meta.url, town), /expected a program first, .*\{ url: import\.meta\.url \}$/)
  })

  test('a Future of another simulation, which this one cannot bring', async () => {
    const [one, other] = await Promise.all([testSystem(town), testSystem(town)])
    const opened = other.actor('door').open('Anna')
    await assert.rejects(
      one.run(opened),
      /^BadDefinition: sim\.run\(work\): .*found that of door\.open, which belongs to another simulation: run that one$/,
    )
    assert.equal(one.now, 0)
    assert.equal(await other.run(opened), 'open for Anna')
    await Promise.all([one.stop(), other.stop()])
  })

  test('a Future of a system with real threads', async () => {
    const sim = await testSystem(town)
    const real = await start(import.meta.url, { door: task(Door, { thread: 'main' }) }, { signals: false })
    const opened = real.actor('door').open('Anna')
    await assert.rejects(sim.run(opened), /door\.open, which belongs to a system with real threads: await it$/)
    assert.equal(await opened, 'open for Anna')
    await Promise.all([real.stop(), sim.stop()])
  })

  test('a Future that an object of this simulation has made is none of them', async () => {
    const sim = await testSystem({ ...town, leaker: task(Leaker) })
    await sim.run(sim.actor('leaker').leak())
    assert.equal(await sim.run(Leaker.leaked!), 'open for leaker')
    await sim.stop()
  })

  test('what nobody could wait for', async () => {
    const sim = await testSystem(town)
    for (const [wrong, found] of [
      [sim.actor('door').open, 'a function'],
      [sim.actor('door'), 'a Remote'],
      [3, '3'],
      [undefined, 'undefined'],
    ] as const)
      await assert.rejects(
        sim.run(wrong as never),
        (error: Error) =>
          error.name === 'BadDefinition' &&
          error.message.startsWith('sim.run(work): expected the Future of a call, or a promise, found ') &&
          error.message.includes(found) &&
          error.message.endsWith('call the method: sim.run(sim.actor(name).method(…))'),
      )
    await sim.stop()
  })

  test('a name that is none, in kill and link', async () => {
    const sim = await testSystem(town)
    assert.throws(() => sim.kill('dor' as 'door'), /^BadDefinition: sim\.kill\(dor\): expected the name of an object/)
    assert.throws(() => sim.link('dor' as 'door', 'main').delay(1), /^BadDefinition: sim\.link\(dor, main\): expected/)
    await sim.stop()
  })
})
