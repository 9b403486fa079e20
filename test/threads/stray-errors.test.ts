/** S33: whose an error is that nobody can catch. Here with scopes of no system; test/faults/f09-stray-errors.test.ts does it with objects. */

import { VirtualClock } from '../core/support/virtual-clock.ts'
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, connect, type AddressInfo } from 'node:net'
import process from 'node:process'
import { after, before, describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import type { Scope, StrayOrigin } from '../../src/core/scope.ts'
import { currentScope, runInScope } from '../../src/threads/scopes.ts'
import { catchStrayErrors, hearRejections } from '../../src/threads/stray-errors.ts'
import { MICROTASK, REJECTERS, THROWERS } from '../faults/fixtures/throwers.ts'

interface Stray {
  readonly whose: string
  readonly origin: StrayOrigin
  readonly text: string
}

let strays: Stray[] = []
let more = Promise.withResolvers<void>()

/** As many as have been thrown, by whose they are. */
async function strayed(count: number): Promise<Stray[]> {
  while (strays.length < count) {
    await more.promise
    more = Promise.withResolvers()
  }
  // One more than there should be.
  await macrotask()
  return strays.splice(0).toSorted((a, b) => (a.whose < b.whose ? -1 : 1))
}

function scopeOf(whose: string): Scope {
  return {
    pid: 1,
    turn: undefined,
    keeper: { clock: new VirtualClock(), failedUnasked() {}, late() {}, askedOwn: () => undefined },
    owner: {
      name: whose,
      isOver: false,
      strayed(origin, error) {
        strays.push({ whose, origin, text: error instanceof Error ? error.message : String(error) })
        more.resolve()
      },
    },
  }
}

const ann = scopeOf('ann')
const bob = scopeOf('bob')
const within = (scope: Scope, code: () => unknown): unknown => runInScope(scope, code, {}, [])

describe('an error that nobody can catch', () => {
  let release: () => void
  before(() => {
    release = catchStrayErrors()
  })
  after(() => release())

  for (const [throwers, origin] of [
    [process.version.startsWith('v22.') ? THROWERS : { ...THROWERS, 'a microtask': MICROTASK }, 'uncaughtException'],
    [REJECTERS, 'unhandledRejection'],
  ] as const)
    for (const [what, thrower] of Object.entries(throwers))
      it(`S33: is given to the object whose code it was, though its neighbour throws at the same time: ${what}`, async () => {
        strays = []
        within(ann, () => thrower('boom of ann'))
        within(bob, () => thrower('boom of bob'))
        assert.deepEqual(
          await strayed(2),
          ['ann', 'bob'].map((whose) => ({
            whose,
            origin: what === 'an async listener' ? 'uncaughtException' : origin,
            text: `boom of ${whose}`,
          })),
        )
      })

  it('S33: is given to each of two that are rejected in one run of microtasks', async () => {
    strays = []
    const gate = Promise.withResolvers<void>()
    for (const scope of [ann, bob, ann])
      within(scope, () => {
        void gate.promise.then(() => {
          throw new Error('boom')
        })
      })
    gate.resolve()
    assert.deepEqual(
      (await strayed(3)).map(({ whose }) => whose),
      ['ann', 'ann', 'bob'],
    )
  })

  for (const thrown of [null, undefined, 'text', 0])
    it(`S33: may be anything: ${String(thrown)}`, async () => {
      strays = []
      within(ann, () =>
        setImmediate(() => {
          // oxlint-disable-next-line typescript/only-throw-error -- what is thrown is the test
          throw thrown
        }),
      )
      within(bob, () => Promise.reject(thrown))
      assert.deepEqual(await strayed(2), [
        { whose: 'ann', origin: 'uncaughtException', text: String(thrown) },
        { whose: 'bob', origin: 'unhandledRejection', text: String(thrown) },
      ])
    })

  for (const what of ['a tick', 'a message port', 'a timer', 'a socket that a server has accepted', 'an immediate'])
    it(`S40: leaves nothing of its object behind for what comes next: ${what}`, async () => {
      strays = []
      const found = Promise.withResolvers<Scope | undefined>()
      const server = createServer((socket) => {
        socket.once('data', () => {
          found.resolve(currentScope())
          socket.destroy()
          server.close()
        })
      })
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      within(ann, () => THROWERS[what]!('boom'))
      await strayed(1)
      connect((server.address() as AddressInfo).port, '127.0.0.1')
        .on('error', () => {})
        .end('hello')
      assert.equal(await found.promise, undefined)
    })

  it('S40: takes nothing from an interval that throws each time', async () => {
    strays = []
    let times = 0
    within(ann, () => {
      const interval = setInterval(() => {
        if (++times === 3) clearInterval(interval)
        throw new Error(`boom ${times}`)
      }, 1)
    })
    assert.deepEqual(
      (await strayed(3)).map(({ whose, text }) => [whose, text]),
      [1, 2, 3].map((time) => ['ann', `boom ${time}`]),
    )
  })

  it('S40: what a server has accepted belongs to the object that listens, in all that follows, and to nobody else', async () => {
    const scopes: (Scope | undefined)[] = []
    const ended = Promise.withResolvers<void>()
    within(ann, () => {
      const server = createServer((socket) => {
        socket.on('data', () => {
          scopes.push(currentScope())
          setImmediate(() => {
            scopes.push(currentScope())
            socket.end()
          })
        })
        socket.on('close', () => {
          scopes.push(currentScope())
          server.close(() => ended.resolve())
        })
      }).listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        within(bob, () => connect(port, '127.0.0.1').end('hello').resume())
      })
    })
    await ended.promise
    assert.deepEqual(scopes, [ann, ann, ann])
    assert.equal(currentScope(), undefined)
  })

  it('S40: what a server of nobody has accepted is left as it is', async () => {
    const own = new AsyncLocalStorage<string>()
    const emits = Promise.withResolvers<boolean>()
    const server = createServer((socket) => {
      setImmediate(() => {
        emits.resolve(Object.hasOwn(socket, 'emit'))
        socket.destroy()
        server.close()
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    own.run('client', () => connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {}))
    assert.equal(await emits.promise, false)
  })
})

describe('process.emit', () => {
  it('S33: is taken over once for all who ask, and given back when the last has gone', () => {
    const { emit } = process
    const wasOwn = Object.hasOwn(process, 'emit')
    const first = catchStrayErrors()
    const ours = process.emit
    assert.notEqual(ours, emit)
    const second = catchStrayErrors()
    assert.equal(process.emit, ours)
    first()
    first()
    assert.equal(process.emit, ours)
    second()
    assert.equal(process.emit, emit)
    assert.equal(Object.hasOwn(process, 'emit'), wasOwn)
  })

  it('S33: is left to others who have put theirs over ours, and taken over only once all the same', () => {
    const { emit } = process
    const wasOwn = Object.hasOwn(process, 'emit')
    const first = catchStrayErrors()
    const ours = process.emit
    let heard = 0
    const theirs = function (this: NodeJS.Process, ...args: Parameters<typeof emit>): boolean {
      heard++
      return Reflect.apply(ours, this, args)
    } as typeof emit
    process.emit = theirs
    first()
    assert.equal(process.emit, theirs)
    process.emit('stray-errors.test' as 'exit', 0)
    assert.equal(heard, 1)
    const second = catchStrayErrors()
    assert.equal(process.emit, theirs)
    process.emit = ours
    second()
    assert.equal(process.emit, emit)
    assert.equal(Object.hasOwn(process, 'emit'), wasOwn)
  })
})

describe('a promise that code outside objects leaves alone when it is rejected', () => {
  it('S33: is told to whoever hears that code, unless an object has made it, or it is not wanted: then to the object, or Node', async (t) => {
    const toNode: string[] = []
    // What stands there is Node's, for whatever is put over it.
    const { emit } = process
    t.after(() => {
      process.emit = emit
    })
    process.emit = ((...args: unknown[]) => {
      if (args[0] !== 'unhandledRejection') return Reflect.apply(emit, process, args) as boolean
      toNode.push((args[1] as Error).message)
      return true
    }) as typeof process.emit
    const release = catchStrayErrors()
    t.after(release)
    const heard: Record<string, string[]> = { one: [], other: [] }
    const hearer = (name: string) => (error: unknown) => {
      const { message } = error as Error
      if (message === 'unwanted') return false
      heard[name]!.push(message)
      return true
    }
    const reject = (message: string): void => void Promise.reject(new Error(message))
    strays = []
    hearRejections(hearer('one'), () => reject('of one'))
    hearRejections(hearer('other'), () => {
      reject('of the other')
      reject('unwanted')
      within(ann, () => reject('of an object'))
    })
    reject('of nobody')
    assert.deepEqual(await strayed(1), [{ whose: 'ann', origin: 'unhandledRejection', text: 'of an object' }])
    assert.deepEqual(heard, { one: ['of one'], other: ['of the other'] })
    assert.deepEqual(toNode, ['unwanted', 'of nobody'])
  })
})
