/** Bad input: each gets an error of its own that names the object, the call, what was expected, what was found and the cure. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BadConfiguration,
  BadDefinition,
  CannotBlockHere,
  defineConfig,
  FutureSettled,
  NoSuchActor,
  NoSuchMethod,
  NotCloneable,
  NotInTurn,
  start,
  StartError,
  subsystem,
  task,
  Task,
  type TsworksError,
} from '../../src/index.ts'
import { wrong } from './fixtures/wrong-uses.ts'
import { failedStart, newUrl, nothingLeft, remoteOf, running } from './support/running.ts'

type ErrorClass = new (...args: never[]) => TsworksError

function rejectsWith(errorClass: ErrorClass, ...says: readonly RegExp[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof errorClass, `expected ${errorClass.name}, found ${String(error)}`)
    for (const what of says) assert.match(error.message, what)
    return true
  }
}

test('bad input: an unknown name', async (t) => {
  const system = await running(t, { door: wrong.door, user: wrong.user })
  await assert.rejects(
    async () => remoteOf(system, 'dor')['knock']!(),
    rejectsWith(NoSuchActor, /no object named dor/, /did you mean door\?/),
  )
  await assert.rejects(
    async () => remoteOf(system, 'user')['observeNobody']!(),
    rejectsWith(NoSuchActor, /no object named dor/, /did you mean door\?/),
  )
})

for (const [word, args, says] of [
  ['actor', [5], [/actor\(what\): expected a name or a definition, found 5/]],
  ['actor', [{}], [/actor\(what\): expected a name or a definition, found an object \(empty\)/]],
  ['actor', [undefined], [/actor\(what\): expected a name or a definition, found undefined/]],
  ['actor', [{ key: 'ring' }, -1], [/actor\(what\): expected an index from 0, which one of a family, found -1/]],
  ['spawn', [5], [/spawn\(key, options\): expected the key of a definition, or a definition, found 5/]],
  ['spawn', [undefined], [/expected the key of a definition, or a definition, found undefined/]],
  [
    'spawn',
    ['template', 5],
    [/spawn\(key, options\): expected options as an object, \{ name, detached, args \}, found 5/],
  ],
  ['spawn', ['template', { nmae: 'x' }], [/there is no option nmae; did you mean name\?/]],
  ['spawn', ['template', { name: 5 }], [/expected name: 'a-name', found 5/]],
  ['spawn', ['template', { detached: 'yes' }], [/expected detached: true or false, found "yes"/]],
  ['spawn', ['template', { args: 5 }], [/expected args: an array, of what the constructor gets, found 5/]],
  ['actors', [5], [/actors\(key\): expected a name or a definition, found 5/]],
  ['actors', ['rnig'], [/actors\(key\): expected the key of a family.*, found "rnig"; did you mean ring\?/]],
  [
    'actors',
    ['user'],
    [/actors\(key\): expected the key of a family.*, found "user"; for one object there is actor\(name\)/],
  ],
  ['observe', [5], [/observe\(observed\): expected a name, a definition or a Remote, found 5/]],
  ['observe', [undefined], [/expected a name, a definition or a Remote, found undefined/]],
  ['unobserve', [5], [/unobserve\(observed\): expected a name, a definition or a Remote, found 5/]],
  ['timer', ['x', 5], [/timer\("x", ms, run\): expected run: a function, found undefined/]],
] as const)
  test(`bad input: ${word}(${JSON.stringify(args).slice(1, -1)}) in an object`, async (t) => {
    const { user, sharedUser, ring, template } = wrong
    const system = await running(t, { user, sharedUser, ring, template })
    for (const name of ['user', 'sharedUser']) {
      await assert.rejects(
        async () => remoteOf(system, name)['say']!(word, ...args),
        rejectsWith(BadDefinition, new RegExp(`^${name}[.:] ?${word}`), ...says),
      )
      // Nobody else hears of it.
      assert.equal(await remoteOf(system, name)['returnText']!(), 'text')
    }
  })

test('bad input: of the system, outside any object', async (t) => {
  const { door, ring, template } = wrong
  const system = (await running(t, { door, ring, template })) as unknown as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >
  for (const [word, args, says] of [
    ['actor', [Symbol('x')], /system\.actor\(what\): expected a name or a definition, found Symbol\(x\)/],
    ['actors', ['rnig'], /system\.actors\(key\): .*did you mean ring\?/],
    ['spawn', ['template', { nmae: 'x' }], /system\.spawn\(key, options\): there is no option nmae/],
    [
      'observe',
      [null, {}],
      /system\.observe\(observed, handlers\): expected a name, a definition or a Remote, found null/,
    ],
    ['on', ['edned', () => {}], /system\.on\("edned", listener\): expected one of the events ended, .*found "edned"/],
    ['on', ['ended', 5], /system\.on\("ended", listener\): expected a function, found 5/],
  ] as const)
    await assert.rejects(async () => system[word]!(...args), rejectsWith(BadDefinition, says))
  assert.deepEqual(system['actors']!('template'), [])
})

test('bad input: an unknown method', async (t) => {
  const system = await running(t, { door: wrong.door })
  await assert.rejects(
    async () => remoteOf(system, 'door')['konck']!(),
    rejectsWith(NoSuchMethod, /door has no method konck/, /did you mean knock\?/),
  )
  await assert.rejects(async () => remoteOf(system, 'door')['onInit']!(), NoSuchMethod)
})

test('bad input: a configuration that fails validation', async () => {
  const error = await failedStart({ invalid: wrong.invalid })
  assert.ok(error instanceof StartError)
  assert.equal(error.actor, 'invalid')
  assert.equal(error.phase, 'configuration')
  assert.ok(error.cause instanceof BadConfiguration, String(error.cause))
  assert.match(error.message, /invalid.*speed\.json.*speed.*expected a number, found a string/)
  await nothingLeft()
})

for (const user of ['user', 'sharedUser', 'mainUser'] as const) {
  test(`bad input: a value that cannot travel, from ${user}`, async (t) => {
    const system = await running(t, { door: wrong.door, [user]: wrong[user] })
    await assert.rejects(
      async () => remoteOf(system, user)['sendWeakMap']!(),
      rejectsWith(NotCloneable, /args\[0\]\.deep\[0\]/, /WeakMap cannot cross/),
    )
    await assert.rejects(
      async () => remoteOf(system, user)['returnWeakMap']!(),
      (error) =>
        rejectsWith(NotCloneable, /result\.map/, /WeakMap/)(error) && (error as TsworksError).executed === 'yes',
    )
  })

  test(`bad input: set on a Future twice, in ${user}`, async (t) => {
    const system = await running(t, { [user]: wrong[user] })
    await assert.rejects(
      async () => remoteOf(system, user)['setTwice']!(),
      rejectsWith(FutureSettled, /future\.set\(\)/, /has a value already/, /settled once/),
    )
  })
}

test('bad input: a blocking wait where it is not allowed', async (t) => {
  const system = await running(t, {
    door: wrong.door,
    sharedUser: wrong.sharedUser,
    mainUser: wrong.mainUser,
    user: wrong.user,
  })
  await assert.rejects(
    async () => remoteOf(system, 'sharedUser')['block']!(),
    rejectsWith(CannotBlockHere, /get\(\)/, /sharedUser/, /await the Future/, /thread: 'own'/),
  )
  await assert.rejects(
    async () => remoteOf(system, 'mainUser')['block']!(),
    rejectsWith(CannotBlockHere, /get\(\)/, /main thread/, /await the Future.*blockMain: true/),
  )
  assert.throws(() => remoteOf(system, 'door')['knock']!().get(), rejectsWith(CannotBlockHere, /main thread/))
  assert.equal(await remoteOf(system, 'user')['block']!(), 'closed')
})

test('bad input: become outside the object, and of what is no State', async (t) => {
  const system = await running(t, { door: wrong.door })
  await assert.rejects(
    async () => remoteOf(system, 'door')['becomeLater']!(),
    rejectsWith(NotInTurn, /door: become\(Closed\) outside a handler/, /send yourself a message/),
  )
  await assert.rejects(
    async () => remoteOf(system, 'door')['becomeTask']!(),
    rejectsWith(BadDefinition, /door: become\(Door\)/, /expected a class that extends State/),
  )
})

class Plain extends Task {}
const anything = task as unknown as (...args: unknown[]) => unknown

for (const [what, make, says] of [
  ['no class', () => anything(5), [/task\(5\)/, /expected a class/]],
  [
    'an arrow function without a name of a class',
    () => anything(() => import('./fixtures/family.ts')),
    [/expected the name of the exported class/],
  ],
  [
    'an unknown option',
    () => anything(Plain, { treads: 1 }),
    [/task\(Plain\): there is no option treads; did you mean thread\?/],
  ],
  [
    'a wrong thread',
    () => anything(Plain, { thread: 'onw' }),
    [/thread: one of own, shared, main, parent/, /found "onw"/],
  ],
  ['a wrong count', () => anything(Plain, { count: -1 }), [/count: a whole number from 0/, /found -1/]],
  ['a wrong after', () => anything(Plain, { after: 'db' }), [/after: \['name'\]/, /found "db"/]],
  [
    'a wrong failure',
    () => anything(Plain, { failure: 'ignore' }),
    [/failure: 'resume', 'restart' or 'stop'/, /found "ignore"/],
  ],
  ['a class of nobody', () => anything(Map), [/Map: expected a class that extends Actor, Task or State/]],
  [
    'no definition in a subsystem',
    () => subsystem(newUrl(), { plain: Plain as never }),
    [/plain: expected task\(Class\) or actor\(Class\)/],
  ],
  ['no URL', () => subsystem('here', {}), [/expected import\.meta\.url, found "here"/]],
] as const)
  test(`bad input: ${what} in a definition`, () => {
    assert.throws(make, (error) => says.every((one) => rejectsWith(BadDefinition, one)(error)))
  })

for (const [what, program, says] of [
  ['nothing', undefined, [/start\(url, program\): expected \{ name: task\(Class\) \}/, /found undefined/]],
  ['a class', { plain: Plain }, [/plain: expected task\(Class\) or actor\(Class\)/]],
  [
    'a subsystem that is not there',
    defineConfig({ subsystems: ['./nowhere.ts'] }),
    [/nowhere\.ts/, /cannot be loaded/],
  ],
] as const)
  test(`bad input: start() of ${what}`, async () => {
    await assert.rejects(
      async () => start(newUrl(), program as never),
      (error: Error) => {
        for (const one of says) assert.match(error.message, one)
        return true
      },
    )
    await nothingLeft()
  })

test('bad input: a misspelt setting of start()', async () => {
  const settings = { signlas: false } as never
  await assert.rejects(
    async () => start(newUrl(), { door: wrong.door }, settings),
    rejectsWith(BadConfiguration, /there is no setting signlas; did you mean signals\?/),
  )
})

test('bad input: arguments of a definition that cannot travel', async () => {
  const definitions = subsystem(newUrl(), { plain: task(Plain, { args: [{ map: new WeakMap() }] }) })
  const error = await failedStart(definitions)
  assert.ok(error instanceof StartError)
  assert.equal(error.phase, 'plan')
  assert.match(error.message, /plain: options\.args\[0\]\.map.*WeakMap cannot cross/)
})

test('F27: more threads than the machine can carry are refused before any is made, with advice', async () => {
  const definitions = subsystem(newUrl(), { ring: task(Plain, { count: 100_000 }) })
  const error = await failedStart(definitions)
  assert.ok(error instanceof StartError, String(error))
  assert.equal(error.phase, 'plan')
  assert.match(
    error.message,
    /ring#\d+: a thread of its own would be number \d+, and the memory of this machine carries about \d+/,
  )
  assert.match(error.message, /let objects share threads \(thread: 'shared'/)
  await nothingLeft()
})

test('bad input: a callTimeout that is no time', () => {
  for (const callTimeout of [-1, Number.NaN, Infinity, '5' as never])
    assert.throws(
      () => task(class extends Task {}, { callTimeout }),
      rejectsWith(
        BadDefinition,
        /task\(.*\): expected callTimeout: a time from 0 to \d+ ms, found ("5"|NaN|Infinity|-1)/,
      ),
    )
})

test('bad input: a maxHandlerTime that is no time', () => {
  for (const maxHandlerTime of [0, -1, Number.NaN, Infinity, '5' as never])
    assert.throws(
      () => task(class extends Task {}, { maxHandlerTime }),
      rejectsWith(
        BadDefinition,
        /task\(.*\): expected maxHandlerTime: a time of more than 0 and up to \d+ ms, found ("5"|NaN|Infinity|-1|0)/,
      ),
    )
})
