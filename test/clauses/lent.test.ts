import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { it } from 'node:test'
import { events, Future } from '../../src/index.ts'
import type { Snapshot } from '../../src/wire/kernel-protocol.ts'
import { lent } from './fixtures/lent.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem, withSystem } from './support/running.ts'
import { answeredSnapshot, snapshotWhere } from './support/snapshot.ts'

/** How much all threads together have lent. */
const lentIn = ({ threads }: Snapshot): number => threads.reduce((sum, thread) => sum + thread.lent, 0)

describeSystem({ title: 'what is lent', program: lent, links: 'default' }, (running) => {
  /** Nothing is lent any more: what is given back is on its way for a while. */
  const nothingLent = (): Promise<unknown> => snapshotWhere(running.system, (snapshot) => lentIn(snapshot) === 0)

  for (const { caller, callee, shown } of PAIRS) {
    const lender = () => running.system.actor(lent[`lender_${caller}`])
    const name = `borrower_${callee}` as const
    const borrower = () => running.system.actor(lent[name])

    it(`S6: a function as an argument is called by reference, at any depth, ${shown}`, async () => {
      assert.deepEqual(await lender().map(borrower()), [2, 4, 6])
      assert.equal(await lender().deep(borrower()), 'DEEP')
      await nothingLent()
    })

    it(`S4, S40: it runs beside the handler that has lent it, in its context, ${shown}`, async () => {
      assert.deepEqual(await lender().mapAndAwait(borrower()), [[2, 4, 6], ['request 7', 0, `lender_${caller}`], 3])
    })

    it(`S6: it is one function in a message, with its name and no more, and without this, ${shown}`, async () => {
      assert.deepEqual(await lender().shown(borrower()), [true, false, 'function', 'first', []])
      assert.equal(await lender().thisOf(borrower()), true)
    })

    it(`S2, S6: what was called before the answer has begun when the caller goes on, in order, ${shown}`, async () => {
      for (const steps of [1, 100]) assert.deepEqual(await lender().progress(borrower(), steps), ['done', steps, true])
    })

    it(`S5: its arguments and results are copies, ${shown}`, async () => {
      assert.deepEqual(await lender().change(borrower()), [1, 7, 7])
    })

    it(`S5, S6: what moves to it, from it, and beside it moves, ${shown}`, async () => {
      assert.deepEqual(await lender().move(borrower()), [0, 1_000, 0])
      const [left, called] = await lender().holdAndMove(borrower())
      assert.equal(left, 0)
      assert.match(String(called), /^RELEASED no: /)
      await nothingLent()
    })

    it(`S6, S11: instances come to it and from it by their codecs; one that cannot be made again is refused, ${shown}`, async () => {
      const [made, refused] = await lender().instances(borrower())
      assert.equal(made, 2)
      assert.match(String(refused), /^NOT_CLONEABLE no: lender_.*'s function .*: args: an instance/)
      assert.match(
        String(await lender().dropsWithInstance(borrower())),
        /^NOT_CLONEABLE no: borrower_.*: args: an instance/,
      )
      await nothingLent()
    })

    it(`S11, S17: what it throws is its caller's, and so is what cannot travel, ${shown}`, async () => {
      const [thrown, rejected, result, args, bound] = await lender().errors(borrower())
      assert.equal(thrown, 'RangeError undefined: thrown')
      assert.equal(rejected, 'MINE undefined: rejected')
      assert.match(String(result), /^NOT_CLONEABLE yes: lender_.*: result\.a: a WeakMap cannot cross/)
      assert.match(String(args), /^NOT_CLONEABLE no: borrower_.*errorWith: .* args\[0\]\.deep\[0\]: a WeakMap/)
      assert.equal(bound, false)
    })

    it(`S6: it may be given functions in its turn, and be passed on, ${shown}`, async () => {
      assert.equal(await lender().both(borrower()), 13)
      for (const by of PLACEMENTS)
        assert.deepEqual(await lender().passOn(borrower(), running.system.spawn(lent[`borrower_${by}`])), [101, 102])
      await nothingLent()
    })

    it(`S6: once the call has its answer, a call of it says whose it was, by which call, and the cure, ${shown}`, async () => {
      await lender().hold(borrower())
      const expected = new RegExp(
        `^RELEASED no: ${name}\\.hold: the function onNews, which lender_${caller} has lent, cannot be called .*keep\\(it\\)`,
      )
      assert.match(String(await borrower().callHeld()), expected)
      assert.match(String(await borrower().keepHeld()), expected)
    })

    it(`S6: it is kept for longer by asking, until it is given back, ${shown}`, async () => {
      const before = await lender().count()
      await lender().keep(borrower())
      assert.deepEqual(await borrower().callKept('a'), [before + 1, 'a'])
      assert.deepEqual(await borrower().callKept('b'), [before + 2, 'b'])
      await borrower().letGo()
      await nothingLent()
      assert.equal(await lender().keepLate(borrower()), 'kept')
      await borrower().letGo()
      await nothingLent()
    })

    it(`S6: each keep is given back for itself, and twice is harmless, ${shown}`, async () => {
      const [first, second] = (await lender().keepTwice(borrower())) as [string, number]
      assert.match(first, /^RELEASED no: .*it was kept, and has been given back/)
      assert.equal(second, 2)
      await nothingLent()
    })

    it(`S6: what is kept and not referred to any more is given back by itself, ${shown}`, async () => {
      await lender().keep(borrower(), 10)
      for (;;) {
        await borrower().forget()
        if (lentIn(await answeredSnapshot(running.system)) === 0) break
      }
    })

    it(`S6: in a tell it is lent until the handler has ended, ${shown}`, async () => {
      assert.equal(await lender().told(borrower()), 'told back')
      await nothingLent()
      assert.match(String(await borrower().callHeld()), /^RELEASED no: .*borrower_.*\.told/)
    })

    it(`S6, S21: in a notification it is lent to each observer until its handler has ended, ${shown}`, async () => {
      const others = PLACEMENTS.map((placement) => running.system.spawn(lent[`borrower_${placement}`]))
      for (const one of others) await one.listen(lender())
      const before = await lender().count()
      await lender().notifyAll()
      await nothingLent()
      assert.equal(await lender().count(), before + 3)
      for (const one of others) await running.system.stopObject(one)
    })

    for (const how of ['no such method', 'no such method, told', 'not cloneable', 'expired', 'cancelled, waiting'])
      it(`S1, S6: a message that is not handled gives back what it brought: ${how}, ${shown}`, async () => {
        const begun = await lender().dropped(borrower(), how)
        // The one that kept it waiting.
        if (how === 'expired' || how === 'cancelled, waiting') assert.equal(begun, 1)
        await nothingLent()
      })

    it(`S14: a call that is cancelled takes back what it has lent, ${shown}`, async () => {
      await lender().dropped(borrower(), 'cancelled, begun')
      await nothingLent()
    })

    it(`S15: a call of a function inherits the deadline of the handler that calls, ${shown}`, async () => {
      const taker = running.system.spawn(lent[`borrower_${callee}`])
      assert.match(String(await lender().expires(taker)), /^FUTURE_SHOCK maybe: timeout: borrower/)
      assert.match(String(await taker.lastEnd()), /^FUTURE_SHOCK maybe: timeout: .*errorOf: the function/)
      await nothingLent()
      await running.system.stopObject(taker)
    })

    it(`S6: one that was passed on can be called until the call is done that brought it here, ${shown}`, async () => {
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const third = running.system.spawn(lent[`borrower_${caller}`])
      await borrower().passOnAndLeave(third, (item) => item, { begun, until })
      await begun
      until.set()
      await third.countHandled()
      assert.match(String(await third.lastEnd()), new RegExp(`^RELEASED no: ${name}\\.passOnAndLeave: `))
      await nothingLent()
      await running.system.stopObject(third)
    })

    it(`S6, S13: a call of one that was taken back says so, ${shown}`, async () => {
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const taker = running.system.spawn(lent[`borrower_${callee}`])
      const late = taker.block(begun, until, () => 1)
      await begun
      late.cancel()
      until.set()
      assert.match(String(await taker.lastEnd()), /^RELEASED no: .*block: .*given up by its caller/)
      await running.system.stopObject(taker)
    })

    it(`S6, S32: the end of the one that has borrowed gives back what it keeps, ${shown}`, async () => {
      const mortal = running.system.spawn(lent[`borrower_${callee}`])
      await lender().keep(mortal, 3)
      await mortal.crash().catch(() => {})
      await nothingLent()
      await lender().keep(mortal, 3)
      await running.system.stopObject(mortal)
      await nothingLent()
    })

    it(`S6, S32: the end of the lender fails the calls of what it has lent, ${shown}`, async () => {
      const mortal = running.system.spawn(lent[`lender_${caller}`])
      await mortal.keep(borrower())
      assert.deepEqual(await borrower().callKept(1), [1, 1])
      const begun = new Future<void>()
      const waiting = running.system.spawn(lent[`borrower_${callee}`])
      await mortal.waits(waiting, begun)
      await begun
      await mortal.crash().catch(() => {})
      assert.match(String(await waiting.lastEnd()), /^ACTOR_DEAD maybe: lender.*its function .* had not returned/)
      assert.match(String(await borrower().callKept(1)), /^ACTOR_DEAD no: lender_.* (was not called|was not begun)/)
      await borrower().letGo()
      await nothingLent()
      for (const one of [mortal, waiting]) await running.system.stopObject(one)
    })

    it(`S6: an AbortSignal at any depth is a real one that aborts when the caller's does, ${shown}`, async () => {
      assert.equal(((await lender().abort(borrower())) as Error).name, 'AbortError')
      assert.deepEqual(await lender().abort(borrower(), { why: ['this'] }), { why: ['this'] })
      await nothingLent()
    })

    it(`S6: those of AbortSignal.any and AbortSignal.timeout are signals as any, ${shown}`, async () => {
      assert.deepEqual(await lender().abortByOthers(borrower()), ['by one of them', 'TimeoutError'])
      await nothingLent()
    })

    it(`S6: in a tell it is followed until the handler has ended, ${shown}`, async () => {
      assert.deepEqual(await lender().abortAfterTell(borrower()), [false, false])
      await nothingLent()
    })

    it(`S6: one that has aborted arrives aborted, with a copy of its reason, ${shown}`, async () => {
      assert.deepEqual(await lender().abortedAlready(borrower()), [
        true,
        'RangeError',
        'too far',
        { why: new Map([['a', 1]]) },
      ])
      assert.deepEqual(await lender().oddReasons(borrower()), ['string', [true, null], 'a text'])
    })

    it(`S6: it is followed until the call has its answer, and no longer, ${shown}`, async () => {
      assert.deepEqual(await lender().abortLater(borrower()), [false, false])
      await nothingLent()
    })

    it(`S6: it aborts when its lender is over, ${shown}`, async () => {
      const [begun, ended] = [new Future<void>(), new Future<unknown>()]
      const mortal = running.system.spawn(lent[`lender_${caller}`])
      await mortal.lendSignal(borrower(), begun, ended)
      await begun
      await mortal.crash().catch(() => {})
      assert.equal(await ended, 'ActorDead')
      await running.system.stopObject(mortal)
      await nothingLent()
    })

    it(`S6: a thousand calls leave no listener on the caller's signal, and nothing lent, ${shown}`, async () => {
      assert.equal(await lender().manySignals(borrower(), 1_000), 0)
      await nothingLent()
    })

    it(`S6: in results, and in what a Future is given, they are refused, ${shown}`, async () => {
      const [result, value, signal] = await lender().refused(borrower())
      assert.match(
        String(result),
        /^NOT_CLONEABLE yes: borrower_.*giveBack: result: a function cannot cross; only the arg/,
      )
      // Within a thread it is the same Future on both sides, and nothing crosses.
      if (caller !== callee || caller === 'own')
        assert.match(String(value), /^NOT_CLONEABLE no: .*future\.set\(value\): a function cannot cross/)
      assert.match(String(signal), /^NOT_CLONEABLE yes: .*result: an AbortSignal cannot cross/)
    })

    // Elsewhere get() is refused.
    if (caller === 'own')
      it(`S18: get() of a call whose callee waits for a function in that thread fails with Deadlock, ${shown}`, async () => {
        const [to, by] = [running.system.spawn(lent[`borrower_${callee}`]), running.system.spawn(lent.lender_own)]
        await by.keep(to)
        // Of the two that wait the one that has closed the circle.
        assert.match(
          String(await by.blockOnKept(to)),
          /^DEADLOCK maybe: .*: (borrower_.*\.callKept → lender_own.*\.blockOnKept → borrower|lender.* → borrower.* → lender)/,
        )
        // Late, since it waited for its thread: it runs, and nobody hears of it.
        assert.equal(await by.count(), 1)
        for (const one of [by, to]) await running.system.stopObject(one)
        await nothingLent()
      })

    it(`S20: get() of a call that has lent a function is refused, with the cure, ${shown}`, async () => {
      await assert.rejects(Promise.resolve(lender().blockOnMap(borrower())), {
        code: 'CANNOT_BLOCK_HERE',
        message: /await/,
      })
      await nothingLent()
    })
  }
})

describeSystem({ title: 'what is lent outside of handlers', program: lent, links: 'default' }, (running) => {
  for (const at of PLACEMENTS) {
    const borrower = () => running.system.actor(lent[`borrower_${at}`])

    it(`S6: the program lends as an object does, to one on ${at}`, async () => {
      const seen: number[] = []
      const each = (item: number): number => item * seen.push(item)
      assert.deepEqual(await borrower().map([5, 5, 5], each), [5, 10, 15])
      assert.deepEqual(seen, [5, 5, 5])
      await snapshotWhere(running.system, (snapshot) => lentIn(snapshot) === 0)
    })

    it(`S6, S21: one in a notification that is read as a stream is given back when it is read, from ${at}`, async () => {
      const lender = running.system.actor(lent[`lender_${at}`])
      const stream = events(lender)
      await lender.notifyAll()
      const { value } = await stream.next()
      await assert.rejects(Promise.resolve(value!.args[0](1)), { code: 'RELEASED', executed: 'no' })
      await stream.return()
      await snapshotWhere(running.system, (snapshot) => lentIn(snapshot) === 0)
    })

    it(`S6: what an object is made with holds none, ${at}`, async () => {
      const spawn = (): unknown => running.system.spawn(lent[`borrower_${at}`], { args: [{ on: () => {} }] })
      assert.throws(spawn, { code: 'NOT_CLONEABLE', message: /args\[0\]\.on: a function cannot cross; / })
    })
  }
})

for (const { caller, callee, shown } of [
  { caller: 'own', callee: 'own', shown: 'between two threads' },
  { caller: 'shared', callee: 'shared', shown: 'within one' },
] as const)
  it(`S6: 100,000 functions lent and given back leave the tables empty, ${shown}`, () =>
    withSystem(lent, async (system) => {
      const lender = system.actor(lent[`lender_${caller}`])
      assert.equal(await lender.lendMany(system.actor(lent[`borrower_${callee}`]), 100_000), 100_000)
      await snapshotWhere(system, (snapshot) => lentIn(snapshot) === 0)
    }))

it('S6: 100,000 calls with one AbortSignal leave no listener on it, and nothing lent', () =>
  withSystem(lent, async (system) => {
    const warned: string[] = []
    const warn = (warning: Error): void => void warned.push(warning.name)
    process.on('warning', warn)
    assert.equal(await system.actor(lent.lender_main).manySignals(system.actor(lent.borrower_own), 100_000), 0)
    await snapshotWhere(system, (snapshot) => lentIn(snapshot) === 0)
    process.off('warning', warn)
    assert.deepEqual(warned, [])
  }))

it('the page of what crosses has rows for what is tried here', async () => {
  const page = await readFile(new URL('../../docs/crossing-threads.md', import.meta.url), 'utf8')
  for (const row of [
    'functions in arguments',
    'AbortSignals in arguments',
    'functions and AbortSignals in results, and in what a Future is given',
  ])
    assert.ok(page.includes(`\n| ${row} |`), row)
})

describeSystem({ title: 'the death of a thread', program: lent, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const lender = () => running.system.spawn(lent[`lender_${caller}`])
    const borrower = () => running.system.spawn(lent[`borrower_${callee}`])

    if (callee === 'own')
      it(`S33, S6: gives back what its objects had borrowed, in hand and kept, ${shown}`, async () => {
        const [to, by] = [borrower(), lender()]
        await by.keep(to, 3)
        assert.match(String(await by.exits(to)), /^ACTOR_DEAD maybe: /)
        await snapshotWhere(running.system, (snapshot) => lentIn(snapshot) === 0)
        for (const one of [to, by]) await running.system.stopObject(one)
      })

    if (caller === 'own')
      it(`S33, S6: fails the calls of what its objects had lent, and aborts its signals, ${shown}`, async () => {
        const [to, other, by] = [borrower(), borrower(), lender()]
        await by.keep(to, 1)
        const [called, begun, ended] = [new Future<void>(), new Future<void>(), new Future<unknown>()]
        await by.lendSignal(other, begun, ended)
        await begun
        const held = borrower()
        await by.waits(held, called)
        await called
        await assert.rejects(Promise.resolve(by.exit()), { name: 'ActorDead', executed: 'maybe' })
        assert.match(String(await to.callKept(1)), /^ACTOR_DEAD no: lender_.* (was not called|was not begun)/)
        assert.match(String(await held.lastEnd()), /^ACTOR_DEAD maybe: /)
        assert.equal(await ended, 'ActorDead')
        await to.letGo()
        await snapshotWhere(running.system, (snapshot) => lentIn(snapshot) === 0)
        for (const one of [to, other, held, by]) await running.system.stopObject(one)
      })
  }
})
