/** A thread that was given up, and comes back after all: it begins nothing and sends nothing (S37). */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '../core/support/virtual-clock.ts'
import { Ledger } from '../../src/threads/ledger.ts'
import { Panel } from '../../src/threads/panel.ts'
import { Routes } from '../../src/threads/routes.ts'
import { ThreadMemory } from '../../src/threads/shared-state.ts'
import { UserCode } from '../../src/threads/user-code.ts'
import { NO_REFERENCES } from '../../src/threads/error-bytes.ts'
import { makeLinkPair, openLink } from '../../src/wire/link-pair.ts'

const SCOPE = {
  pid: 3,
  turn: undefined,
  keeper: { clock: new VirtualClock(), failedUnasked: () => {}, late: () => {}, askedOwn: () => undefined },
  owner: { name: 'owner', isOver: false, strayed: () => assert.fail('nothing strays here') },
}

describe('code of objects', () => {
  it('S37: is marked while it runs, by the outermost call, also where it throws', () => {
    const memory = ThreadMemory.create()
    const words = new Map<number, string>()
    const panel = new Panel((message) => message.kind === 'word' && words.set(message.id, message.text))
    const code = new UserCode(memory, panel, new VirtualClock())
    const seen: (number | undefined)[] = []
    const inner = (): void => void seen.push(memory.sample()?.pid)
    const outer = (): void => {
      code.run({ ...SCOPE, pid: 4 }, { self: {}, method: inner }, [])
      seen.push(memory.sample()?.pid)
      throw new RangeError('on purpose')
    }
    assert.throws(() => code.run(SCOPE, { self: {}, method: outer }, []), /on purpose/)
    assert.deepEqual(seen, [3, 3])
    assert.equal(memory.sample(), undefined)
  })

  it('S37: stays marked within a turn until other code begins, or the turn ends; each mark has a number', () => {
    const memory = ThreadMemory.create()
    const code = new UserCode(memory, new Panel(() => {}), new VirtualClock())
    const marks: (readonly [number, number] | undefined)[] = []
    const look = (): void => {
      const mark = memory.sample()
      marks.push(mark && [mark.pid, mark.begins])
    }
    code.beginTurn()
    look()
    code.run(SCOPE, { self: {}, method: () => {} }, [])
    look()
    code.run({ ...SCOPE, pid: 4 }, { self: {}, method: look }, [])
    look()
    code.endTurn()
    look()
    assert.deepEqual(marks, [undefined, [3, 1], [4, 2], [4, 2], undefined])
  })

  it('S37: is not called in a thread that was given up', () => {
    const memory = ThreadMemory.create()
    const code = new UserCode(memory, new Panel(() => {}), new VirtualClock())
    let calls = 0
    code.run(SCOPE, { self: {}, method: () => calls++ }, [])
    memory.fence()
    assert.throws(() => code.run(SCOPE, { self: {}, method: () => calls++ }, []), {
      code: 'ACTOR_DEAD',
      executed: 'no',
    })
    assert.equal(calls, 1)
    assert.equal(memory.sample(), undefined)
  })
})

describe('the roads from a thread', () => {
  it('S37: are closed when it is given up', (t) => {
    const memory = ThreadMemory.create()
    const [half, otherHalf] = makeLinkPair('ring')
    const routes = new Routes({
      references: NO_REFERENCES,
      here: 0,
      introduce: () => {},
      receive: () => {},
      settle: () => 0,
      lostUnmet: () => {},
      stale: () => {},
      isFenced: () => memory.isFenced,
      handOverLines: () => false,
      unreadable: () => assert.fail('nothing is read here'),
      onReadable: () => {},
      onWoken: () => {},
    })
    const other = openLink(otherHalf, { onReadable: () => {}, ringPeer: () => {} })
    t.after(() => {
      routes.close()
      other.close()
    })
    routes.introduced(1, { half, memory: ThreadMemory.create(), ledger: new Ledger(Ledger.create(), 0) })
    const read = (): number => other.read(() => {}, 10)
    assert.equal(routes.send(1, 'answer', { kind: 'room', pid: 1 }), true)
    assert.equal(read(), 1)
    memory.fence()
    assert.equal(routes.send(1, 'answer', { kind: 'room', pid: 1 }), false)
    assert.equal(read(), 0)
  })
})
