import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Mailbox, OVERFLOWS } from '../../src/core/mailbox.ts'
import { NO_CONTEXT, type Message, type MessageKind } from '../../src/core/message.ts'

let sent = 0
function message(from = 0, method = `m${++sent}`, kind: MessageKind = 'tell'): Message {
  return {
    kind,
    method,
    args: [],
    from,
    context: NO_CONTEXT,
    reply: undefined,
    own: undefined,
    loan: undefined,
    receipt: undefined,
  }
}

describe('the mailbox', () => {
  it('S2: gives messages in the order they came', () => {
    const mailbox = new Mailbox()
    const messages = Array.from({ length: 5_000 }, () => message())
    for (const one of messages) mailbox.put(one)
    for (const one of messages) assert.equal(mailbox.take(), one)
    assert.equal(mailbox.take(), undefined)
  })

  it('S25: gives postponed messages first after a change of State, oldest first', () => {
    const mailbox = new Mailbox()
    const [a, b, c, d] = [message(), message(), message(), message()]
    for (const one of [a, b, c, d]) mailbox.put(one)
    mailbox.postpone(mailbox.take()!)
    mailbox.take()
    mailbox.postpone(mailbox.take()!)
    assert.equal(mailbox.length, 3)
    mailbox.restorePostponed()
    assert.deepEqual([mailbox.take(), mailbox.take(), mailbox.take(), mailbox.take()], [a, c, d, undefined])
  })

  it('S3: gives urgent messages before all others', () => {
    const mailbox = new Mailbox()
    const [a, b, c] = [message(), message(), message()]
    mailbox.put(a)
    mailbox.putUrgent(b)
    mailbox.putUrgent(c)
    assert.deepEqual([mailbox.take(), mailbox.take(), mailbox.take()], [b, c, a])
  })

  it('S8: gives back the room of a message that was not put in', () => {
    let left = 0
    const mailbox = new Mailbox({
      capacity: 8,
      overflow: 'reject',
      slot: 0,
      mostUntold: 1,
      left: () => left++,
      back: () => {},
      missed() {},
    })
    mailbox.turnAway(message())
    mailbox.turnAway(message(0, 'onTimeout', 'timer'))
    assert.equal(left, 1)
  })

  it('S25: as many postponed messages are kept as the mailbox holds, and none of them takes room', () => {
    let room = 0
    const mailbox = new Mailbox({
      capacity: 2,
      overflow: 'wait',
      slot: 0,
      mostUntold: 1,
      left: () => room--,
      back: (count) => (room += count),
      missed() {},
    })
    const [a, b, c] = [message(), message(), message()]
    assert.equal(mailbox.postpone(a), undefined)
    assert.equal(mailbox.postpone(b), undefined)
    assert.equal(mailbox.postpone(c), c)
    assert.equal(room, 0)
    mailbox.restorePostponed()
    assert.equal(room, 2)
    assert.deepEqual([mailbox.take(), mailbox.take(), mailbox.take()], [a, b, undefined])
    assert.equal(room, 0)
  })

  it('agrees with a plain array, whatever is done to it and however it is bounded', () => {
    interface Model {
      urgent: Message[]
      waiting: Message[]
      postponed: Message[]
    }
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('put' as const),
          from: fc.integer({ min: 1, max: 3 }),
          beside: fc.boolean(),
          kind: fc.constantFrom('call', 'tell', 'timer' as const),
        }),
      },
      { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('take', 'urgent', 'takeBeside', 'postpone' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restore', 'all', 'succeed' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(20) }) },
    )
    const bound = fc.record({
      capacity: fc.constantFrom(1, 2, 3, 5, Infinity),
      overflow: fc.constantFrom(...OVERFLOWS),
      mostUntold: fc.constantFrom(1, 3),
    })
    fc.assert(
      fc.property(
        bound,
        fc.array(step, { maxLength: 80, size: 'max' }),
        ({ capacity, overflow, mostUntold }, steps) => {
          // Its senders have taken the room of what they put.
          let room = 0
          const mailbox = new Mailbox({
            capacity,
            overflow,
            slot: 0,
            mostUntold,
            left: (messages) => (room -= messages),
            back: (count) => (room += count),
            missed() {},
          })
          const drops = overflow === 'drop-oldest'
          const takesRoom = ({ kind }: Message): boolean => kind !== 'timer' && kind !== 'down'
          const model: Model = { urgent: [], waiting: [], postponed: [] }
          for (const one of steps) {
            switch (one.do) {
              case 'put': {
                const put = message(one.from, one.beside ? 'beside' : 'alone', one.kind)
                if (one.kind !== 'timer') room++
                mailbox.put(put)
                model.waiting.push(put)
                const tooMany = drops ? model.waiting.filter(takesRoom).length - capacity : 0
                for (let n = 0; n < tooMany; n++) {
                  const oldest = model.waiting.find(takesRoom)!
                  assert.equal(mailbox.takeOverflow(), oldest)
                  model.waiting = model.waiting.filter((found) => found !== oldest)
                }
                assert.equal(mailbox.takeOverflow(), undefined)
                break
              }
              case 'urgent': {
                const put = message(0, 'onDown', 'down')
                mailbox.putUrgent(put)
                model.urgent.push(put)
                break
              }
              case 'take':
                assert.equal(mailbox.take(), model.urgent.shift() ?? model.waiting.shift())
                break
              case 'postpone': {
                const taken = mailbox.take()
                assert.equal(taken, model.urgent.shift() ?? model.waiting.shift())
                if (taken === undefined) break
                const isFull = model.postponed.length === capacity
                if (!isFull || drops) model.postponed.push(taken)
                const dropped = !isFull ? undefined : drops ? model.postponed.shift() : taken
                assert.equal(mailbox.postpone(taken), dropped)
                break
              }
              case 'takeBeside': {
                const may = ({ method }: Message): boolean => method === 'beside'
                const all = [...model.postponed, ...model.waiting]
                const expected = model.waiting.find(
                  (found) => may(found) && all.find(({ from }) => from === found.from) === found,
                )
                assert.equal(mailbox.takeBeside(may), expected)
                model.waiting = model.waiting.filter((found) => found !== expected)
                break
              }
              case 'restore':
                mailbox.restorePostponed()
                model.waiting = [...model.postponed, ...model.waiting]
                model.postponed = []
                break
              case 'remove': {
                const all = [...model.waiting, ...model.postponed]
                const one2 = all[one.at] ?? message()
                assert.equal(mailbox.remove(one2), all.includes(one2))
                model.waiting = model.waiting.filter((found) => found !== one2)
                model.postponed = model.postponed.filter((found) => found !== one2)
                break
              }
              // The next incarnation keeps what was sent to the object; S39: not its timers, nor news of deaths.
              case 'succeed': {
                const all = [...model.postponed, ...model.waiting]
                const isNews = ({ kind }: Message): boolean => kind === 'down'
                assert.deepEqual(mailbox.forSuccessor(), [...model.urgent, ...all.filter(isNews)])
                model.urgent = []
                model.waiting = all.filter((found) => found.kind !== 'timer' && !isNews(found))
                model.postponed = []
                break
              }
              case 'all':
                assert.deepEqual(mailbox.takeAll(), [...model.urgent, ...model.postponed, ...model.waiting])
                model.urgent = []
                model.waiting = []
                model.postponed = []
                break
            }
            const taking = model.waiting.filter(takesRoom).length
            // Of what was taken it is told no later than this; of all else at once.
            assert.ok(room >= taking && room < taking + mostUntold)
            // At an end at once: another may get its place.
            if (one.do === 'all') assert.equal(room, taking)
            else if (one.do !== 'take') {
              mailbox.tellLeft()
              assert.equal(room, taking)
            }
            assert.equal(mailbox.postponed, model.postponed.length)
            assert.equal(mailbox.waiting, model.urgent.length + model.waiting.length)
            assert.equal(mailbox.length, mailbox.waiting + mailbox.postponed)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
