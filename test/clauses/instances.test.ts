import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { codec, events, Future, RemoteError } from '../../src/index.ts'
import { instances } from './fixtures/instances.ts'
import { BillError, Money, strangers } from './fixtures/strangers.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem, startQuietly } from './support/running.ts'
import { answeredSnapshot, dropped } from './support/snapshot.ts'

describeSystem({ title: 'instances of one’s own classes', program: instances, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const buyer = () => running.system.actor(instances[`buyer_${caller}`])
    const shop = `shop_${callee}` as const
    const inSameThread = caller === callee && caller !== 'own'

    it(`S6: travel by their codecs, both ways, one as one, and in cycles, ${shown}`, () => buyer().roundTrip(shop))

    it(`S17: errors of one's own classes arrive as themselves, whole, ${shown}`, () => buyer().ownErrors(shop))

    it(`S6: a codec that throws refuses at the sender, with the path, ${shown}`, () => buyer().refusedHere(shop))

    it(`S6, S10, S11: what cannot be made again at the receiver is told to whom it concerns, ${shown}`, async () => {
      const before = await answeredSnapshot(running.system)
      await buyer().brokenThere(shop)
      const after = await answeredSnapshot(running.system)
      assert.equal(dropped(after, 'not cloneable') - dropped(before, 'not cloneable'), 3)
    })

    it(`S8: what cannot be made again takes no room in the mailbox, ${shown}`, () => buyer().keepRoom(shop))

    it(`S14: are the reason of a cancel, ${shown}`, () => buyer().cancelWith(shop))

    it(`S6: that wait at their sender are not made again there, ${shown}`, async () => {
      const revived = await buyer().toUnknown(shop)
      assert.ok(inSameThread ? revived > 0 : revived === 0)
    })

    if (caller === 'own')
      it(`S20: come by a blocking get(), ${shown}`, async () => {
        assert.equal(await buyer().getBlocking(shop), 4)
      })

    it(`S21: are told to observers, ${shown}`, async () => {
      const { system } = running
      const observer = system.actor(instances[`shop_${caller}`])
      await observer.listenTo(shop)
      const heard = new Future<number>()
      await observer.hear(heard)
      await system.actor(instances[shop]).pay(6)
      assert.equal(await heard, 6)
    })
  }
})

describeSystem({ title: 'instances in events()', program: instances, links: 'default' }, (running) => {
  for (const placement of PLACEMENTS)
    it(`S22: arrive; one that cannot be made again is a dead letter, and the stream goes on, from ${placement}`, async () => {
      const { system } = running
      const shop = system.actor(instances[`shop_${placement}`])
      const before = dropped(await answeredSnapshot(system), 'not cloneable')
      const stream = events(shop)
      await stream.ready
      await shop.pay(6)
      await shop.break()
      await shop.pay(7)
      for (const cents of [6, 7]) {
        const { value } = await stream.next()
        const money: unknown = value?.args[0]
        assert.ok(money instanceof Money)
        assert.deepEqual([value?.method, money.cents], ['paid', cents])
      }
      await stream.return()
      assert.equal(dropped(await answeredSnapshot(system), 'not cloneable') - before, 1)
    })
})

describeSystem({ title: 'threads that know different classes', program: strangers, links: 'default' }, (running) => {
  it('S6: the codecs that the main thread has are there in each thread, and before its first object is made', async () => {
    const forwarder = running.system.actor('forwarder')
    assert.equal(await forwarder.cents(), 1)
    const sum = await forwarder.sum(new Money(2), new Money(3))
    assert.ok(sum instanceof Money)
    assert.equal(sum.cents, 6)
    const spawned = running.system.spawn(strangers.template, { args: [new Money(7)] })
    assert.equal(await spawned.cents(), 7)
  })

  it('S6, S11: an instance whose codec the receiver does not have is refused there, with the cure', async () => {
    const secretive = running.system.actor('secretive')
    const why =
      /: an instance that a codec Only has written, which the thread of the receiver does not have, cannot cross; import the module that registers it above start\(\)/
    await assert.rejects(secretive.give(), { code: 'NOT_CLONEABLE', executed: 'yes', path: 'result', message: why })
    await assert.rejects(secretive.callWithOnly(), {
      code: 'NOT_CLONEABLE',
      executed: 'no',
      path: 'args',
      message: why,
    })
  })

  it('S6: classes of one name in threads that know one of them each are not taken for each other, nor are errors', async () => {
    const { system } = running
    await assert.rejects(system.actor('secretive').callRival(), {
      code: 'NOT_CLONEABLE',
      executed: 'no',
      path: 'args',
      message:
        /an instance that another codec Only has written than that of file:.*rival\.ts, which the thread of the receiver has, cannot cross; a name has one codec in a program/,
    })
    await system.actor('rival').tryOther()
  })

  it('S1, S6: a tell that brings one is a dead letter, and what comes behind it is handled', async () => {
    const { system } = running
    const letters = system.deadLetters()
    await letters.ready
    const forwarder = system.actor('forwarder')
    const before = await forwarder.told()
    const next = letters.next()
    await system.actor('secretive').tellOnly()
    const { value } = await next
    assert.deepEqual(
      [value?.reason, value?.kind, value?.method, value?.to?.name],
      ['not cloneable', 'tell', 'take', 'forwarder'],
    )
    await letters.return()
    await forwarder.take(1)
    assert.equal(await forwarder.told(), before + 1)
  })

  it('S17: an error of a class that is not known is a RemoteError there, and itself where it comes to one that knows it', async () => {
    const forwarder = running.system.actor('forwarder')
    const error = await forwarder.askForError().then(
      () => assert.fail(),
      (reason: unknown) => reason as RemoteError & { field: unknown; extra: unknown },
    )
    assert.ok(error instanceof RemoteError)
    assert.deepEqual([error.name, error.message, error.code], ['OnlyError', 'only here', 'E_ONLY'])
    assert.deepEqual(error.extra, { n: 1 })
    assert.match(
      String(error.field),
      /^\[an instance that a codec Only has written, which the thread of the receiver does not have, cannot cross\]$/,
    )
  })

  it('S17, S29: what an object throws in its start keeps its class on its way through the kernel', async () => {
    const failing: unknown = running.system.spawn(strangers.failing)
    const error = await (failing as { call(): Future<void> }).call().then(
      () => assert.fail(),
      (reason: unknown) => reason as Error,
    )
    for (let at: unknown = error; ; at = at.cause) {
      assert.ok(at instanceof Error, 'there is a BillError among the causes')
      if (!(at instanceof BillError)) continue
      assert.ok(at.owed instanceof Money)
      assert.deepEqual([at.message, at.owed.cents], ['it never starts', 5])
      break
    }
  })
})

describe('S6: a module with codecs', () => {
  it('that cannot be loaded in a thread fails the start of its objects, and is named', async () => {
    const module = new URL('./no-such-module.ts', import.meta.url).href
    class Elsewhere {
      n = 1
    }
    codec(module, { class: Elsewhere, write: ({ n }) => n, read: () => new Elsewhere() })
    await assert.rejects(startQuietly(strangers), {
      name: 'StartError',
      phase: 'load',
      message: /no-such-module\.ts, which registers codecs, cannot be loaded in every thread, as it must: /,
    })
  })
})
