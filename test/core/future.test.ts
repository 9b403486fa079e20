import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { AbortError, CannotBlockHere, FutureSettled, FutureShock } from '../../src/core/errors.ts'
import {
  Future,
  giveUpFuture,
  isFuture,
  outcomeOf,
  settleFuture,
  tieFuture,
  wasAsked,
  whenSettled,
  type FutureTie,
} from '../../src/core/future.ts'
import { TestHost } from './support/test-host.ts'

let host: TestHost
beforeEach(() => {
  host = new TestHost()
})

/** A tie that notes what it is told, and blocks by running `whileBlocked`. */
function tied(part: Partial<FutureTie> = {}): { readonly future: Future<number>; readonly calls: unknown[][] } {
  const future = new Future<number>()
  const calls: unknown[][] = []
  const tie: FutureTie = {
    what: 'counter.add',
    settable: false,
    asked: () => void calls.push(['asked']),
    block: (_, ms) => void calls.push(['block', ms]),
    settledHere: (outcome) => {
      calls.push(['settledHere', outcome])
      return outcome
    },
    cancelled: (reason) => void calls.push(['cancelled', reason]),
    ...part,
  }
  tieFuture(future, tie, host)
  return { future, calls }
}

/** How a tie fails a Future when it is asked. */
function failing(future: Future<unknown>): undefined {
  giveUpFuture(future, new Error('never'))
}

describe('a Future made by hand', () => {
  it('gives its value to all who wait, before and after it is set', async () => {
    const future = new Future<number>()
    const before = [future.then((n) => n + 1), (async () => future)(), Promise.all([future, Promise.resolve(1)])]
    assert.equal(future.isReady, false)
    future.set(41)
    assert.equal(future.isReady, true)
    assert.deepEqual(await Promise.all(before), [42, 41, [41, 1]])
    assert.equal(await future, 41)
    assert.equal(future.get(), 41)
  })

  it('gives its error to all who wait', async () => {
    const future = new Future<number>()
    const waiting = future.catch((error: unknown) => (error as Error).message)
    future.fail(new Error('no'))
    assert.equal(await waiting, 'no')
    await assert.rejects(async () => future, { message: 'no' })
    assert.throws(() => future.get(), { message: 'no' })
  })

  it('is settled once: a second set or fail throws and says what it has', () => {
    const future = new Future<number>()
    future.set(1)
    assert.throws(() => future.set(2), FutureSettled)
    assert.throws(() => future.fail(new Error('no')), {
      code: 'FUTURE_SETTLED',
      message: 'future.fail(): this Future has a value already, and a Future is settled once',
    })
    assert.equal(future.get(), 1)
    const failed = new Future<number>()
    failed.fail(new Error('no'))
    assert.throws(() => failed.set(2), { message: /has an error already/ })
  })

  it('S13: that was cancelled swallows a later set, which is counted', async () => {
    const future = new Future<number>()
    future.cancel('changed my mind')
    future.set(1)
    future.fail(new Error('no'))
    assert.equal(host.lateAnswers, 2)
    await assert.rejects(
      async () => future,
      (error: AbortError) => {
        assert.equal(error.name, 'AbortError')
        assert.equal(error.code, 'ABORT_ERR')
        assert.equal(error.cause, 'changed my mind')
        return true
      },
    )
    assert.equal(host.unasked.length, 0)
  })

  it('cannot be blocked on by the thread that alone could set it', () => {
    assert.throws(() => new Future().get(), {
      name: 'CannotBlockHere',
      message: /made by hand .* pass it to an object first/,
    })
    assert.throws(() => new Future().get(10), CannotBlockHere)
  })

  it('works in a thread that has no runtime', () => {
    const future = new Future<number>()
    future.set(3)
    assert.equal(+future, 3)
  })
})

describe('a Future', () => {
  it('is not a Promise, but may be used where one is asked for', async () => {
    const future: Promise<number> = new Future<number>()
    assert.equal(future instanceof Promise, false)
    assert.equal(isFuture(future), true)
    assert.equal(isFuture(Promise.resolve(1)), false)
    assert.equal(isFuture(null), false)
    assert.equal(Object.prototype.toString.call(future), '[object Future]')
  })

  it('goes with all, race, allSettled and any, as a Promise does', async () => {
    const [a, b, c] = [new Future<number>(), new Future<number>(), new Future<number>()]
    const all = Promise.all([a, b])
    const race = Promise.race([a, b, c])
    const settled = Promise.allSettled([a, c])
    const any = Promise.any([c, b])
    // They are asked in a microtask, as any thenable is.
    await Promise.resolve()
    b.set(2)
    c.fail(new Error('no'))
    a.set(1)
    assert.deepEqual(await all, [1, 2])
    assert.equal(await race, 2)
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['fulfilled', 'rejected'],
    )
    assert.equal(await any, 2)
  })

  it('runs finally in both cases and keeps what it had', async () => {
    let ran = 0
    const [a, b] = [new Future<number>(), new Future<number>()]
    const kept = a.finally(() => void ran++)
    const lost = b.finally(() => void ran++)
    a.set(1)
    b.fail(new Error('no'))
    assert.equal(await kept, 1)
    await assert.rejects(lost, { message: 'no' })
    assert.equal(ran, 2)
  })

  it('S16: that failed and is dropped makes no promise, so nothing is unhandled', async () => {
    const future = new Future<number>()
    future.fail(new Error('nobody cares'))
    await host.advance(1_000)
    assert.deepEqual(host.unasked, [future])
  })

  it('S16: that failed where somebody listens or has asked is not reported', async () => {
    const future = new Future<number>()
    whenSettled(future, () => {})
    future.fail(new Error('somebody cares'))
    const failed = new Future<number>()
    failed.fail(new Error('somebody cares'))
    whenSettled(failed, () => {})
    const looked = new Future<number>()
    assert.throws(() => looked.get(0), FutureShock)
    looked.fail(new Error('somebody has looked'))
    const waited = new Future<number>()
    void waited.within(10).catch(() => {})
    waited.fail(new Error('somebody waits'))
    await host.advance(1_000)
    assert.deepEqual(host.unasked, [])
  })

  it('is shown without being asked', () => {
    const { future, calls } = tied()
    assert.equal(inspect(future), 'Future(counter.add: pending)')
    settleFuture(future, { ok: true, value: 1 })
    assert.equal(inspect([future]), '[ Future(counter.add: fulfilled) ]')
    assert.deepEqual(calls, [])
    assert.equal(wasAsked(future), false)
  })

  it('tells how it ended', () => {
    const future = new Future<number>()
    assert.equal(outcomeOf(future), undefined)
    future.set(1)
    assert.deepEqual(outcomeOf(future), { ok: true, value: 1 })
    const failed = new Future<number>()
    failed.fail('no')
    assert.deepEqual(outcomeOf(failed), { ok: false, error: 'no' })
  })
})

describe('the Future of a call', () => {
  it('is answered by the call alone', () => {
    const { future } = tied()
    assert.throws(() => future.set(1), {
      code: 'NOT_YOURS',
      message: /^future\.set\(\): this is the Future of counter\.add, which alone answers it; make one by hand/,
    })
    assert.equal(settleFuture(future, { ok: true, value: 2 }), true)
    assert.equal(settleFuture(future, { ok: true, value: 3 }), false)
    assert.equal(future.get(), 2)
    assert.equal(host.lateAnswers, 0)
  })

  it('asks its tie whenever somebody waits, before the waiting begins', async () => {
    const { future, calls } = tied()
    void future.then(Number)
    void future.within(10)
    settleFuture(future, { ok: true, value: 1 })
    assert.deepEqual(calls, [['asked'], ['asked']])
  })

  it('S27: may be failed by its tie when it is asked, and then nobody waits', async () => {
    const { future, calls } = tied({
      asked: failing,
      block: () => calls.push(['block']),
    })
    await assert.rejects(async () => future, { message: 'never' })
    const other = tied({ asked: failing })
    assert.throws(() => other.future.get(), { message: 'never' })
    assert.deepEqual(other.calls, [])
  })

  it('S13: that was given up counts what still comes', async () => {
    const { future } = tied()
    giveUpFuture(future, new FutureShock('timeout'))
    assert.equal(settleFuture(future, { ok: true, value: 1 }), false)
    assert.equal(host.lateAnswers, 1)
    assert.throws(() => future.get(), FutureShock)
  })

  it('S14: tells its tie of a cancel, once', () => {
    const { future, calls } = tied()
    future.cancel('enough')
    future.cancel('more than enough')
    assert.deepEqual(calls, [['cancelled', 'enough']])
  })
})

describe('set and fail of a Future that others hold', () => {
  it('tell its tie', () => {
    const { future, calls } = tied({ settable: true })
    future.set(1)
    assert.deepEqual(calls, [['settledHere', { ok: true, value: 1 }]])
  })

  it('throw what cannot travel at whoever sets it, and leave it pending', () => {
    const { future } = tied({
      settable: true,
      settledHere: (outcome) => {
        if (!outcome.ok || outcome.value === 13) throw new TypeError('cannot travel')
        return outcome
      },
    })
    assert.throws(() => future.set(13), { message: 'cannot travel' })
    assert.equal(future.isReady, false)
    future.set(14)
    assert.equal(future.get(), 14)
  })
})

it('S10: a Future that is set by what it is given, while that is copied, throws at whoever sets it', () => {
  const { future } = tied({
    settable: true,
    settledHere: (outcome) => {
      if (outcome.ok && outcome.value === 1) future.set(2)
      return outcome
    },
  })
  assert.throws(() => future.set(1), { code: 'FUTURE_SETTLED' })
  assert.equal(future.get(), 2)
})

describe('get', () => {
  it('S20: blocks for as long as it is told, then throws FutureShock; it may be asked again', () => {
    const { future, calls } = tied()
    assert.throws(() => future.get(100), {
      name: 'FutureShock',
      message: 'timeout: counter.add was not answered within 100 ms',
    })
    assert.deepEqual(calls, [['asked'], ['block', 100]])
    settleFuture(future, { ok: true, value: 7 })
    assert.equal(future.get(100), 7)
  })

  it('S20: returns what came while it was blocked', () => {
    const { future } = tied({ block: (self) => void settleFuture(self, { ok: true, value: 7 }) })
    assert.equal(future.get(), 7)
  })

  it('of 0 ms only looks', () => {
    const { future, calls } = tied()
    assert.throws(() => future.get(0), {
      name: 'FutureShock',
      message: 'no value: counter.add has not been answered yet',
    })
    assert.deepEqual(calls, [])
    settleFuture(future, { ok: true, value: 7 })
    assert.equal(future.get(0), 7)
  })

  it('refuses a time that is none', () => {
    const { future } = tied()
    for (const ms of [-1, Number.NaN, Infinity, 2 ** 31, '1' as unknown as number])
      assert.throws(() => future.get(ms), {
        name: 'BadDefinition',
        message: /^future\.get\(ms\): expected a time from 0 to 2147483647 ms/,
      })
    assert.throws(() => future.within(-1), { name: 'BadDefinition', message: /^future\.within\(ms\)/ })
  })
})

describe('within', () => {
  it('gives the value if it comes in time, and leaves no timer behind', async () => {
    const { future } = tied()
    const limited = future.within(100)
    settleFuture(future, { ok: true, value: 7 })
    assert.equal(await limited, 7)
    assert.equal(host.clock.pending, 0)
  })

  it('fails with FutureShock when time runs out; the Future goes on and may be asked again', async () => {
    const { future } = tied()
    const limited = future.within(100)
    host.clock.advance(100)
    await assert.rejects(async () => limited, { name: 'FutureShock', message: /not answered within 100 ms/ })
    const again = future.within(100)
    settleFuture(future, { ok: true, value: 7 })
    assert.equal(await again, 7)
  })

  it('passes an error on', async () => {
    const { future } = tied()
    const limited = future.within(100)
    settleFuture(future, { ok: false, error: new Error('no') })
    await assert.rejects(async () => limited, { message: 'no' })
    await assert.rejects(async () => future.within(5), { message: 'no' })
  })

  it('can be given up without giving up the Future', async () => {
    const { future, calls } = tied()
    const limited = future.within(100)
    limited.cancel()
    assert.equal(host.clock.pending, 0)
    assert.equal(future.isReady, false)
    assert.deepEqual(calls, [['asked']])
  })

  it('cannot be set', () => {
    assert.throws(() => tied().future.within(100).set(1), { code: 'NOT_YOURS' })
  })

  it('can be blocked on as the Future can, for no longer than it has', () => {
    const { future, calls } = tied({
      block: (_, ms) => {
        calls.push(['block', ms])
        host.clock.skip(ms!)
      },
    })
    const limited = future.within(100)
    assert.throws(() => limited.get(30), { message: /within 30 ms/ })
    assert.equal(limited.isReady, false)
    assert.throws(() => limited.get(), { name: 'FutureShock', message: /within 100 ms/ })
    assert.equal(limited.isReady, true)
    assert.deepEqual(calls, [['asked'], ['asked'], ['block', 30], ['asked'], ['block', 70]])
  })
})

describe('a transparent Future', () => {
  const ready = <T>(value: T): Future<T> => {
    const future = new Future<T>()
    future.set(value)
    return future
  }

  it('gives its value in arithmetic and in text', () => {
    assert.equal(+ready(2) + 3, 5)
    assert.equal((ready(2) as unknown as number) * 3, 6)
    assert.equal(String(ready('a')) + String(ready(1)), 'a1')
    assert.equal((ready('a') as unknown as string) + 'b', 'ab')
    assert.equal((ready(7n) as unknown as bigint) * 2n, 14n)
    assert.equal((ready(1) as unknown as number) < (ready(2) as unknown as number), true)
  })

  it('converts a value that is an object as that converts itself', () => {
    const day = new Date(1_000)
    assert.equal(+ready(day), 1_000)
    assert.equal(String(ready([1, 2])), '1,2')
    assert.equal((ready(day) as unknown as string) + '!', `${day.toString()}!`)
    assert.equal(String(ready(null)), 'null')
  })

  it('blocks while there is no value', () => {
    const { future } = tied({ block: (self) => void settleFuture(self, { ok: true, value: 7 }) })
    assert.equal(+future + 1, 8)
  })

  it('S20: says, where it cannot block, that a Future was used so, and to await it', () => {
    const main = (): never => {
      throw new CannotBlockHere('future.get(): the main thread may not be blocked')
    }
    const { future } = tied({ block: main })
    const used = (as: string): { name: string; message: RegExp } => ({
      name: 'CannotBlockHere',
      message: new RegExp(
        `^a Future \\(counter\\.add\\) was used as ${as} before it had its value: await it; .*may not be blocked`,
      ),
    })
    assert.throws(() => (future as unknown as number) + 1, used('a number or text'))
    assert.throws(() => +future, used('a number'))
    assert.throws(() => String(future), used('text'))
    assert.throws(() => future.get(), { message: /^future\.get\(\): the main thread/ })
  })

  it('throws a CannotBlockHere that the call itself failed with as it is', () => {
    const { future } = tied()
    settleFuture(future, { ok: false, error: new CannotBlockHere('there') })
    assert.throws(() => +future, { name: 'CannotBlockHere', message: 'there' })
  })

  it('throws the error of a failed call', () => {
    const future = new Future<number>()
    future.fail(new RangeError('no'))
    assert.throws(() => +future, RangeError)
  })
})

describe('S17: the stack of an error', () => {
  it('S17: names the code that made it and the code that waited', async () => {
    const { future } = tied()
    async function waiter(): Promise<void> {
      await future
    }
    function maker(): Error {
      return new Error('no')
    }
    const waiting = waiter()
    settleFuture(future, { ok: false, error: maker() })
    const error = await waiting.then(
      () => assert.fail(),
      (thrown: Error) => thrown,
    )
    const [made, waited] = error.stack!.split('-- awaited at --')
    assert.match(made!, /at maker /)
    assert.match(waited!, /at async waiter /)
  })

  it('S17: names a caller that blocks', () => {
    function blocker(): number {
      const future = new Future<number>()
      future.fail(new Error('no'))
      return future.get()
    }
    assert.throws(blocker, (error: Error) => /-- awaited at --[^]*at blocker /.test(error.stack!))
  })

  it('S17: is added to once, and never to what is no extensible Error', async () => {
    const error = new Error('no')
    const future = new Future<number>()
    future.fail(error)
    await Promise.allSettled([future, future])
    assert.equal(error.stack!.split('-- awaited at --').length, 2)
    for (const thrown of ['text', undefined, Object.freeze(new Error('frozen'))]) {
      const other = new Future<number>()
      other.fail(thrown)
      const [settled] = await Promise.allSettled([other])
      assert.equal((settled as PromiseRejectedResult).reason, thrown)
    }
  })

  it('S17: is left alone where an error class keeps it to itself', async () => {
    const error = new Error('no')
    Object.defineProperty(error, 'stack', { get: () => 'mine' })
    const future = new Future<number>()
    future.fail(error)
    const [settled] = await Promise.allSettled([future])
    assert.equal((settled as PromiseRejectedResult).reason, error)
    assert.equal(error.stack, 'mine')
  })
})
