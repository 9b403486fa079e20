import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { call, checkedTarget, makeRemote, nameOf, pidOf, targetOf, tell, type Manner } from '../../src/core/remote.ts'

type Any = Record<string, (...args: unknown[]) => unknown>
let sent: { readonly method: string; readonly args: readonly unknown[]; readonly manner: Manner }[]
let remote: Any
beforeEach(() => {
  sent = []
  remote = makeRemote({
    name: 'door',
    pid: 7,
    send: (method, args, manner) => {
      sent.push({ method, args, manner })
      return `answer to ${method}`
    },
  }) as Any
})

describe('a Remote', () => {
  it('sends each method that is called on it, with its arguments, and gives what comes back', () => {
    assert.equal(remote.open!(1, 'a'), 'answer to open')
    assert.equal(remote.open!(), 'answer to open')
    assert.deepEqual(sent, [
      { method: 'open', args: [1, 'a'], manner: undefined },
      { method: 'open', args: [], manner: undefined },
    ])
  })

  it('has methods on a prototype that all share, so that they are found without a Proxy', () => {
    const other = makeRemote({ name: 'other', pid: 8, send: () => 'other' }) as Any
    void remote.knock
    assert.equal(remote.knock, other.knock)
    assert.equal(other.knock!(), 'other')
  })

  it('knows its name and pid', () => {
    assert.equal(nameOf(remote), 'door')
    assert.equal(pidOf(remote), 7)
    assert.throws(() => nameOf({}), {
      message: 'nameOf(remote): expected a Remote, as this.actor(name) or spawn() gives it, found an object (empty)',
    })
    assert.throws(() => pidOf('door' as never), { message: /^pidOf\(remote\): .* found "door"$/ })
    assert.equal(targetOf(undefined), undefined)
    assert.equal(checkedTarget(remote, 'x').name, 'door')
  })

  it('says so when a method was cut from it', () => {
    const { open } = remote
    const cut = {
      name: 'TsworksError',
      code: 'CUT_FROM_REMOTE',
      message:
        /^open\(\) was cut from its Remote and does not know whom to call; keep them together: remote\.open\(…\)/,
    }
    assert.throws(() => open!(), cut)
    assert.throws(() => open!.call({}), cut)
    assert.throws(() => open!.call(null as never), cut)
    assert.deepEqual(sent, [])
  })

  it('makes no call of what the platform reads from any object', async () => {
    assert.equal(remote.then, undefined)
    assert.equal(remote.toJSON, undefined)
    assert.equal(await Promise.resolve(remote), remote)
    assert.equal(JSON.stringify({ remote }), '{"remote":{}}')
    assert.equal(String(remote), '[object Remote(door)]')
    assert.equal(inspect(remote), 'Remote(door)')
    assert.equal(inspect({ a: [remote] }), '{ a: [ Remote(door) ] }')
    assert.equal((remote as object)[Symbol.iterator as never], undefined)
    assert.equal(remote instanceof Promise, false)
    assert.equal(typeof remote.constructor, 'function')
    for (const name of Object.getOwnPropertyNames(Object.prototype))
      if (name !== 'constructor' && name !== '__proto__')
        assert.equal(remote[name], (Object.prototype as unknown as Any)[name], name)
    assert.deepEqual(Object.keys(remote), [])
    assert.equal('open' in remote, 'open' in remote)
    assert.deepEqual(sent, [])
  })

  it('has no fields that could be set', () => {
    assert.throws(
      () => {
        remote.opened = 1 as never
      },
      {
        name: 'TypeError',
        message: "opened cannot be set from outside: an object's fields are its own; write a method",
      },
    )
    void remote.close
    assert.throws(() => {
      remote.close = 1 as never
    }, TypeError)
  })

  it('works with any number of method names', () => {
    for (let i = 0; i < 5_000; i++) remote[`m${i}`]!(i)
    assert.equal(sent.length, 5_000)
    assert.deepEqual(sent.at(-1), { method: 'm4999', args: [4_999], manner: undefined })
  })
})

describe('tell and call', () => {
  it('are the same object with another manner', () => {
    const door = remote as { open(n: number): Promise<string> }
    tell(door).open(1)
    const { signal } = new AbortController()
    void call(door, { timeout: 500, signal }).open(2)
    assert.deepEqual(
      sent.map(({ manner }) => manner),
      ['tell', { timeout: 500, signal }],
    )
    assert.equal(nameOf(tell(door)), 'door')
    assert.equal(targetOf(call(door, {})), targetOf(door))
  })

  it('give one telling Remote for each target', () => {
    assert.equal(tell(remote), tell(remote))
    assert.equal(tell(tell(remote)), tell(remote))
  })

  it('refuse what is no Remote, and what is no time', () => {
    assert.throws(() => tell(Promise.resolve()), {
      name: 'BadDefinition',
      message: /^tell\(remote\): expected a Remote/,
    })
    assert.throws(() => call({}, {}), { message: /^call\(remote, options\): expected a Remote/ })
    for (const timeout of [-1, Number.NaN, Infinity])
      assert.throws(() => call(remote, { timeout }), {
        name: 'BadDefinition',
        message: /^call\(\w+, \{ timeout \}\): expected a time from 0 to/,
      })
    for (const [options, says] of [
      [{ tiemout: 5 }, /^call\(\w+, options\): there is no option tiemout; did you mean timeout\?/],
      [{ signal: {} }, /^call\(\w+, options\): expected signal: an AbortSignal, .*found an object \(empty\)/],
      [5, /^call\(\w+, options\): expected options as an object, \{ timeout, signal \}, found 5/],
      [undefined, /found undefined/],
    ] as const)
      assert.throws(() => call(remote, options as never), { name: 'BadDefinition', message: says })
  })
})
