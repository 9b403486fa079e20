/** What is wrong is refused where it is said, with the call, what was expected, and what was found. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Actor, State, subsystem, task, Task, type Future } from '../../src/index.ts'
import { connect, lines, listen, NetTask, raw, type Connection } from '../../src/net/index.ts'
import { traitsOf } from '../../src/core/traits.ts'
import { connecting, listening } from '../../src/net/options.ts'
import { withSystem } from '../clauses/support/running.ts'
import { talkers } from './fixtures/talker.ts'
import { Heard } from './support/heard.ts'

const framing = lines()

/** Options that are wrong, and what the error says of them. */
const WRONG: readonly (readonly [options: object, message: RegExp])[] = [
  [{}, /expected framing: how telegrams stand in the stream, lines\(\) for one, found undefined$/],
  [{ framing: lines }, /expected framing: .* found the function lines$/],
  [{ framing, limit: 0 }, /expected limit: a whole number from 1, in bytes, found 0$/],
  [{ framing, overlong: 'ignore' }, /expected overlong: 'drop' or 'close', found "ignore"$/],
  [{ framing, idleTimeout: -1 }, /expected idleTimeout: a time from 0 to 2147483647 ms, found -1$/],
  [{ framing, idleLimit: 0.5 }, /expected idleLimit: a whole number from 1/],
  [{ framing, highWater: NaN }, /expected highWater: /],
  [{ framing, sendLimit: '1' }, /expected sendLimit: .* found "1"$/],
  [{ framing, port: 65_536 }, /expected port: 0 to 65535, found 65536$/],
  [{ framing, host: '' }, /expected host: a name or an address, found ""$/],
  [{ framing, path: '/tmp/x', port: 1 }, /expected a path, or a port and a host, found both$/],
  [{ framing: null }, /expected framing: .* found null$/],
  [{ framing, tls: 'yes' }, /expected tls: what Node's tls takes, \{ cert, key \} for one, found "yes"$/],
  [{ framing, highWater: 10, sendLimit: 5 }, /expected highWater to be no more than sendLimit, found 10 and 5/],
  [{ framing, idletimeout: 5 }, /there is no option idletimeout; there are .*idleTimeout/],
]

describe('options', () => {
  for (const [options, message] of WRONG)
    it(`are refused: ${message.source.slice(0, 60)}`, () => {
      for (const read of [listening, connecting])
        assert.throws(
          () => read('echo: listen(task, options)', options as never),
          (error: Error) =>
            error.name === 'BadDefinition' && message.test(error.message) && error.message.startsWith('echo: listen'),
        )
    })

  it('of a client say whom to connect to', () => {
    assert.throws(() => connecting('c', { framing }), /expected a port from 1, or the path of a Unix socket/)
    assert.throws(() => connecting('c', { framing, port: 0 }), /expected a port from 1/)
    assert.throws(
      () => connecting('c', { framing, port: 1, reconnect: { factor: 0.5 } }),
      /expected reconnect: false, or \{ first, cap \} in ms, factor from 1, jitter from 0 to 1, attempts: /,
    )
    assert.throws(() => connecting('c', { framing, port: 1, reconnect: { attempts: 0 } }), /expected reconnect/)
    assert.throws(() => connecting('c', { framing, port: 1, reconnect: { often: 1 } as never }), /expected reconnect/)
  })

  it('that the other has are refused', () => {
    assert.throws(() => listening('l', { framing, connectTimeout: 5 } as never), /there is no option connectTimeout/)
    assert.throws(() => connecting('c', { framing, port: 1, maxPeers: 5 } as never), /there is no option maxPeers/)
    assert.throws(() => listening('l', { framing, tls: true } as never), /expected tls/)
    for (const reconnect of [null, true])
      assert.throws(() => connecting('c', { framing, port: 1, reconnect } as never), /expected reconnect/)
  })

  it('that are undefined were not given', () => {
    assert.deepEqual(listening('l', { framing, port: undefined, host: undefined }).at, { port: 0, host: '127.0.0.1' })
  })
})

describe('a text that a framing cannot carry', () => {
  it('S41: is refused without being shown', () => {
    assert.throws(
      () => lines().write('secret\nword'),
      (error: Error) => {
        assert.equal(error.name, 'BadDefinition')
        assert.doesNotMatch(error.message, /secret/)
        return true
      },
    )
  })

  it('is one with characters that its encoding does not have: none is sent as another', () => {
    assert.throws(() => lines({ encoding: 'ascii' }).write('é'), /expected a text that ascii can hold/)
    assert.throws(() => lines({ encoding: 'latin1' }).write('€'), /expected a text that latin1 can hold/)
    assert.throws(() => lines().write('\ud800'), /expected a text that utf8 can hold/)
    assert.equal(Buffer.from(lines({ encoding: 'latin1' }).write('é')).toString('latin1'), 'é\n')
  })
})

describe('whoever listens or connects', () => {
  it('is a NetTask', () => {
    class Plain extends Task {}
    for (const open of [listen, connect])
      assert.throws(() => open(new Plain() as never, { framing, port: 1 }), {
        name: 'BadDefinition',
        message:
          /^(listen|connect)\(task, options\): expected a NetTask \(this, or this.task in one of its States\), found an object/,
      })
  })

  it('belongs to a system', () => {
    class Lone extends NetTask {}
    assert.throws(() => listen(new Lone(), { framing }), {
      name: 'NotInTurn',
      message: /^Lone\.listen\(task, options\): this object was made with new and belongs to no system/,
    })
  })

  it('takes the telegrams of its framing: else it does not compile', () => {
    class Texts extends NetTask {
      override onNetReceived(_: Connection<string>, line: string): void {
        this.log.info({ line }, 'a line')
      }
      opens(): void {
        listen(this, { framing: lines() })
        // @ts-expect-error its telegrams are bytes
        listen(this, { framing: raw() })
      }
    }
    // Telegrams are what the framing says, also where a State has the hook.
    class Asks extends NetTask {
      readonly conn = connect(this, { port: 1, framing: lines() })
      asks(): Future<string> {
        // @ts-expect-error its telegrams are texts
        this.conn.send(Buffer.alloc(1))
        return this.conn.request('what?')
      }
    }
    assert.deepEqual([traitsOf(Texts).kind, traitsOf(Asks).kind], ['Task', 'Task'])
  })
})

describe('the hooks of the net', () => {
  it('are those of a NetTask and its States', () => {
    class Plain extends Task {
      onNetReceived(): void {}
    }
    class Light extends Actor {
      onNetUp(): void {}
    }
    class Net extends NetTask {
      override onNetUp(): void {}
      hello(): void {}
    }
    class Up extends State<Net> {
      onNetDown(): void {}
    }
    assert.throws(() => subsystem(import.meta.url, { plain: task(Plain) }) && traitsOf(Plain), {
      name: 'BadDefinition',
      message: /^Plain declares onNetReceived, which a Task does not have; let it extend NetTask of tsworks\/net$/,
    })
    assert.throws(() => traitsOf(Light), /^BadDefinition: Light declares onNetUp, which an Actor does not have; /)
    assert.deepEqual([...traitsOf(Net).methods.keys()], ['hello'])
    assert.deepEqual([...traitsOf(Up).hooks], ['onNetDown'])
  })

  it('cannot be called from outside', () =>
    withSystem(talkers, async (system) => {
      const talker = system.spawn(talkers.talker_shared) as unknown as { onNetReady(): PromiseLike<void> }
      await assert.rejects(async () => talker.onNetReady(), { name: 'NoSuchMethod' })
    }))
})

describe('a connection', () => {
  it('does not travel: others ask its Task', () =>
    withSystem(talkers, async (system) => {
      const talker = system.spawn(talkers.talker_own)
      const heard = new Heard(talker)
      const conn = await talker.connects({ port: 1, reconnect: false })
      await assert.rejects(async () => talker.itself(conn), {
        name: 'NotCloneable',
        message: /itself: result: an instance of Connection cannot cross; /,
      })
      await heard.next('onNetDown')
    }))
})
