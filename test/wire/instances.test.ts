import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { types } from 'node:util'
import vm from 'node:vm'
import * as fc from 'fast-check'
import { Actor } from '../../src/core/actor.ts'
import { ActorDead, BadDefinition, NotCloneable, RemoteError } from '../../src/core/errors.ts'
import { Future as OurFuture } from '../../src/core/future.ts'
import { decode, encode, Misread } from '../../src/wire/codec.ts'
import { copyValue } from '../../src/wire/copy.ts'
import { codec } from '../../src/wire/define-codec.ts'
import { WireError } from '../../src/wire/wire-error.ts'
import { codecId, instanceCodecFor } from '../../src/wire/instance-codecs.ts'
import { WrittenInstance } from '../../src/wire/revival.ts'
import { Future, passOn, references, remoteOf } from './by-reference.ts'
import { refusalOf, RUNS, seen, type Cross } from './crossing-contract.ts'
import {
  anyWithInstances,
  Box,
  CAUSE,
  Counts,
  Dot,
  Fault,
  Hollow,
  Knot,
  Named,
  QuotaError,
  Secret,
  Shape,
  Square,
} from './classes.ts'

const CLASSES_MODULE = new URL('./classes.ts', import.meta.url).href

const asBytes: Cross = (value, path = 'args') => decode(encode(value, references, path), references, { path })

const copied: Cross = (value, path = 'args') => {
  const copy = copyValue(value, { passOn, place: { path, executed: 'no' } })
  if (Misread.is(copy)) throw copy.error({ path, executed: 'no' })
  return copy
}

/** As a message that waits at its sender: bytes, which are passed on. */
const passedOn = (value: unknown, path = 'args'): unknown =>
  decode(encode(value, references, path), references, { passesOn: true })

const WAYS: readonly (readonly [string, Cross])[] = [
  ['as bytes', asBytes],
  ['as a copy within a thread', copied],
  ['as bytes that were passed on', (value, path) => asBytes(passedOn(value, path), path)],
  ['as a copy of what was passed on', (value, path) => copied(passedOn(value, path), path)],
]

for (const [way, cross] of WAYS)
  describe(`S6: instances with a codec, ${way}`, () => {
    it('arrive as instances of their class', () => {
      const arrived = cross([new Box({ a: [1] }), Secret.of('s'), new Counts([['a', 1]])]) as [Box, Secret, Counts]
      const [box, secret, counts] = arrived
      assert.equal(Object.getPrototypeOf(box), Box.prototype)
      assert.deepStrictEqual(box.content, { a: [1] })
      assert.equal(secret.text, 's')
      assert.ok(counts instanceof Counts)
      assert.deepEqual([[...counts], counts.total], [[['a', 1]], 0])
    })

    it('arrive wherever they stand, also in the fields of errors and in each other', () => {
      const at = (n: number): Box => new Box(n)
      const sent = {
        list: [at(1)],
        map: new Map([[at(2), at(3)]]),
        set: new Set([at(4)]),
        error: Object.assign(new Error('e', { cause: at(5) }), { field: [at(6)] }),
        named: Object.assign([1], { name: at(7) }),
        box: new Box(new Box(at(8))),
      }
      assert.equal(seen(cross(sent)), seen(sent))
    })

    it('arrive once where they were one, and hold each other in cycles', () => {
      const shared = new Box(1)
      const [first, second] = [new Knot(), new Knot()]
      const around = { first, list: [second] }
      first.links.push(second, shared, around)
      second.links.push(first, second, new Box(first))
      const [again, one, other, box] = cross([around, first, second, shared]) as [typeof around, Knot, Knot, Box]
      assert.equal(again.first, one)
      assert.equal(again.list[0], other)
      assert.deepEqual([one.links[0], one.links[1], one.links[2]].map((link, i) => link === [other, box, again][i]), [true, true, true]) // prettier-ignore
      assert.equal(other.links[0], one)
      assert.equal(other.links[1], other)
      assert.equal((other.links[2] as Box).content, one)
    })

    it('a plain object that holds an instance which holds it stays that', () => {
      const owner: { box?: Box } = {}
      owner.box = new Box(owner)
      const arrived = cross(owner) as typeof owner
      assert.equal(arrived.box!.content, arrived)
    })

    it('share nothing with what was sent, not even what the codec has given', () => {
      const content = { list: [1] }
      const arrived = cross(new Box(content)) as Box
      assert.notEqual(arrived.content, content)
      content.list.push(2)
      assert.deepEqual(arrived.content, { list: [1] })
    })

    it('keep what travels by reference in them', () => {
      const remote = remoteOf('worker')
      const [box, direct] = cross([new Box([remote, new Future(5)]), remote]) as [Box, object]
      assert.equal((box.content as object[])[0], direct)
      assert.equal((box.content as [object, Future])[1].id, 5)
    })

    it('arbitrary values with instances at any depth arrive equal', () => {
      fc.assert(
        fc.property(anyWithInstances, (value) => {
          const before = seen(value)
          assert.equal(seen(cross(value)), before)
          assert.equal(seen(value), before)
        }),
        { numRuns: RUNS },
      )
    })

    it('a codec is for exactly its class, unless it says that it is for subclasses; the nearest one counts', () => {
      class SubBox extends Box {}
      assert.equal(refusalOf(cross, [new SubBox(1)]), 'args[0]: an instance of SubBox cannot cross')
      const [square, dot, named] = cross([
        new Square(3),
        new Dot(),
        Object.assign(new Named(), { name: 'n' }),
      ]) as Shape[]
      assert.deepEqual([square!.area, dot!.constructor, (named as Named).name], [9, Dot, 'n'])
    })

    it('a class of that name in another realm has none', () => {
      const foreign: unknown = vm.runInNewContext('new (class Box { content = 1 })()')
      assert.equal(refusalOf(cross, foreign), 'args: an instance of Box cannot cross')
    })

    it('a JavaScript Proxy of an instance is refused, and its traps see nothing of the codec', () => {
      assert.equal(refusalOf(cross, new Proxy(new Box(1), {})), 'args: a JavaScript Proxy cannot cross')
      const forbidden = (): never => assert.fail('asked')
      const above = Object.create(new Proxy({}, { getPrototypeOf: forbidden, get: forbidden })) as object
      assert.equal(instanceCodecFor(above), undefined)
    })

    it('what the codec writes must be able to travel: it is refused with its path', () => {
      assert.equal(
        refusalOf(cross, [{ fault: new Fault('function') }]),
        'args[0].fault.write().deep[0]: a function cannot cross',
      )
      assert.match(
        refusalOf(cross, [new Fault('itself')]),
        /\.write\(\)\.write\(\).*: a value nested deeper than 1000 cannot/,
      )
      assert.match(refusalOf(cross, new Fault('overflow')), /^args: a value nested deeper/)
      assert.match(refusalOf(cross, new Box(Symbol('s'))), /^args\.write\(\)\[0\]: a symbol cannot cross$/)
    })

    it('a codec that throws refuses its instance, with why', () => {
      assert.throws(() => cross([[new Fault('write')]]), {
        code: 'NOT_CLONEABLE',
        path: 'args[0][0]',
        message: 'args[0][0]: an instance that its codec Fault cannot write (RangeError: as told) cannot cross',
        executed: 'no',
        cause: CAUSE,
      })
      assert.throws(() => cross(Object.create(Secret.prototype)), { path: 'args', code: 'NOT_CLONEABLE' })
    })

    it('an instance in itself is refused, unless its codec makes it before it fills it', () => {
      const box = new Box(0)
      box.content = { deep: [box] }
      assert.throws(() => cross([box]), {
        path: 'args[0].write()[0].deep[0]',
        message: /an instance that is in what its codec Box has written of it cannot cross; give the codec create\(\)/,
      })
      // Nothing of that is left.
      assert.equal(seen(cross([new Box(1)])), seen([new Box(1)]))
    })

    it('one that cannot be made again refuses the whole value, and says what the codec did', () => {
      const refused: readonly (readonly [unknown, RegExp])[] = [
        [
          new Fault('read'),
          /codec Fault could not make again, since read\(form\) threw RangeError: as told, cannot cross$/,
        ],
        [new Fault('undefined'), /since read\(form\) gave undefined and no instance of its class, cannot cross$/],
        [new Fault('plain'), /gave an object \(on\) and no/],
        [new Fault('promise'), /gave a Promise and no/],
        [new Fault('proxy'), /gave .* and no/],
        [new Fault('another class'), /gave .* and no/],
        [
          Object.assign(new Hollow(), { on: 'fill' }),
          /codec Hollow .* fill\(instance, form\) threw RangeError: as told, cannot/,
        ],
        [Object.assign(new Hollow(), { on: 'async' }), /fill\(instance, form\) threw TypeError: it is async; /],
        [
          new WrittenInstance('Nobody', [1]),
          /^args: an instance that a codec Nobody has written, which the thread of the receiver/,
        ],
        [
          new WrittenInstance(codecId('QuotaError', CLASSES_MODULE), [1]),
          /^args: an instance that another codec QuotaError has written/,
        ],
        [
          new WrittenInstance(codecId('Box', 'file:///elsewhere.ts'), [1]),
          /^args: an instance that another codec Box has written than that of file:.*classes\.ts, which the thread of the/,
        ],
        [new WrittenInstance('Box', [1]), /^args: an instance that another codec Box has written/],
      ]
      for (const [bad, message] of refused)
        for (const value of [
          bad,
          [1, { bad }, new Box(bad)],
          new Box(bad),
          [Object.assign(new Knot(), { links: [bad] })],
        ]) {
          assert.throws(() => cross(value), (error) => error instanceof NotCloneable && error.path === 'args' && message.test(error.message)) // prettier-ignore
          assert.equal(seen(cross([new Box(1)])), seen([new Box(1)]))
        }
      assert.throws(() => cross(new Fault('read')), { cause: CAUSE })
    })

    it('in an error a text takes the place of the field, and the error arrives', () => {
      const [fine, bad] = [{ fine: 1 }, new Fault('read')]
      const held = { bad, fine }
      const inner = Object.assign(new Error('inner'), { held })
      const sent = Object.assign(new Error('e', { cause: inner }), {
        bad,
        write: new Fault('write'),
        fine,
        box: new Box(bad),
      })
      const [arrived, beside] = cross([sent, fine], 'error') as [Record<string, unknown>, unknown]
      assert.match(String(arrived['bad']), /^\[an instance that codec Fault could not make again.* cannot cross\]$/)
      assert.match(String(arrived['box']), /^\[an instance that codec Fault could not make/)
      assert.match(String(arrived['write']), /^\[error\[0\]\.write: an instance that its codec Fault cannot write/)
      assert.match(String((arrived['cause'] as { held: unknown }).held), /^\[an instance that codec Fault/)
      assert.deepEqual(arrived['fine'], { fine: 1 })
      assert.equal(arrived['fine'], beside)
      // Where it stands outside of an error too, that is refused.
      for (const value of [
        [inner, held],
        [held, inner],
        [inner, new Box(held)],
        [inner, bad],
      ])
        assert.throws(() => cross(value), /codec Fault could not make again/)
      const hollow = Object.assign(new Hollow(), { on: 'fill' })
      const owner = { hollow }
      hollow.held = owner
      for (const value of [
        [Object.assign(new Error('e'), { owner }), owner],
        [Object.assign(new Error('e'), { hollow }), owner],
      ])
        assert.throws(() => cross(value), NotCloneable)
    })

    it('a key __proto__ in what is written pollutes nothing', () => {
      const form = JSON.parse(
        '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
      ) as object
      const box = cross(new Box(form)) as Box
      assert.equal(seen(box), seen(new Box(form)))
      class Careless {
        readonly own = 1
      }
      codec(import.meta.url, {
        class: Careless,
        name: `Careless ${way}`,
        write: () => form,
        read: (given) => Object.assign(new Careless(), given),
      })
      // Object.assign has given it another prototype: it is no instance any more.
      assert.throws(() => cross(new Careless()), /gave an object .* and no instance of its class, cannot cross$/)
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
      assert.equal((new Careless() as { polluted?: boolean }).polluted, undefined)
    })

    it('a class whose getters throw is asked for nothing', () => {
      const boom = (): never => {
        throw new Error('asked')
      }
      class Hostile {
        readonly n: number
        constructor(n: number) {
          this.n = n
        }
        static [Symbol.hasInstance](): boolean {
          return boom()
        }
      }
      codec(import.meta.url, {
        class: Hostile,
        name: `Hostile ${way}`,
        write: ({ n }) => n,
        read: (n) => new Hostile(n),
      })
      for (const key of ['constructor', Symbol.toStringTag, 'then', 'toJSON', 'name'])
        Object.defineProperty(Hostile.prototype, key, { get: boom })
      const arrived = cross([new Hostile(7)]) as [Hostile]
      assert.equal(Object.getPrototypeOf(arrived[0]), Hostile.prototype)
      assert.equal(arrived[0].n, 7)
      class Unknown {
        n = 1
      }
      Object.defineProperty(Unknown.prototype, 'constructor', { get: boom })
      assert.match(
        refusalOf(cross, [new Unknown()]),
        /^args\[0\]: a value that throws when it is read \(Error: asked\)/,
      )
    })

    it('a codec may send something itself', () => {
      class Nested {
        readonly inner: unknown
        constructor(inner: unknown) {
          this.inner = inner
        }
      }
      codec(import.meta.url, {
        class: Nested,
        name: `Nested ${way}`,
        write: ({ inner }) => [cross([{ id: 1 }, inner]), inner],
        read: ([sent, inner]) => new Nested([cross([{ id: 2 }]), sent, inner]),
      })
      const shared = { id: 3 }
      const [before, nested, after] = cross([shared, new Nested(shared), shared]) as [object, Nested, object]
      assert.deepStrictEqual(nested.inner, [[{ id: 2 }], [{ id: 1 }, { id: 3 }], { id: 3 }])
      assert.equal((nested.inner as unknown[])[2], before)
      assert.equal(after, before)
    })
  })

for (const [way, cross] of WAYS)
  describe(`S17: error classes of one's own, ${way}`, () => {
    it('arrive as themselves, whole, and their constructors do not run', () => {
      const cause = new QuotaError('why')
      const sent = Object.assign(new QuotaError('too much', { cause }), { left: 5, details: { list: [new Box(1)] } })
      const before = QuotaError.made
      const arrived = cross(sent) as typeof sent
      assert.equal(QuotaError.made, before)
      assert.equal(Object.getPrototypeOf(arrived), QuotaError.prototype)
      assert.ok(types.isNativeError(arrived))
      assert.deepStrictEqual(arrived, sent)
      assert.equal(seen(arrived), seen(sent))
      assert.deepEqual([arrived.name, arrived.code, arrived.left, arrived.stack], ['QuotaError', 'E_5', 5, sent.stack])
      assert.equal(Object.hasOwn(arrived, 'name'), false)
      assert.equal(Object.hasOwn(arrived, 'code'), false)
      assert.ok(arrived.cause instanceof QuotaError)
    })

    it('exactly theirs: a subclass that is not registered is a RemoteError', () => {
      class SubQuotaError extends QuotaError {}
      const arrived = cross(new SubQuotaError('e')) as RemoteError
      assert.ok(arrived instanceof RemoteError)
      assert.deepEqual([arrived.name, arrived.message], ['QuotaError', 'e'])
    })

    it('cause each other in cycles, and stand in an AggregateError', () => {
      const [a, b] = [new QuotaError('a'), new QuotaError('b')]
      a.cause = b
      b.cause = a
      const all = cross(new AggregateError([a, b])) as AggregateError
      assert.equal((all.errors[0] as Error).cause, all.errors[1])
      assert.equal((all.errors[1] as Error).cause, all.errors[0])
    })

    it('what only has the prototype of one is no error, and refused', () => {
      assert.equal(
        refusalOf(cross, Object.create(QuotaError.prototype)),
        'args: an instance of QuotaError cannot cross',
      )
    })
  })

describe('S17: an error on its way through a thread that does not know its class', () => {
  class Passing extends Error {
    extra = { at: 1 }
    override get name(): string {
      return 'PassingError'
    }
    get code(): string {
      return 'E_PASSING'
    }
  }

  it('is a RemoteError there, and one of the class where that is known', () => {
    const name = `Passing-${process.pid}`
    // Written before the class is registered under that name here: so nobody who reads it then knows it.
    const elsewhere = encode(errorOf(name), references, 'error')
    const [there] = [decode(elsewhere, references) as RemoteError]
    assert.ok(there instanceof RemoteError)
    assert.deepEqual([there.name, there.message, there.code], ['PassingError', 'far', 'E_PASSING'])
    const onward = encode(there, references, 'error')
    const copy = copied(there) as RemoteError
    assert.equal(seen(copy), seen(there))
    codec(import.meta.url, { class: Passing, name })
    for (const arrived of [decode(onward, references), copied(copy), decode(elsewhere, references)] as Passing[]) {
      assert.equal(Object.getPrototypeOf(arrived), Passing.prototype)
      assert.deepEqual(Object.keys(arrived), ['extra'])
      assert.deepEqual([arrived.name, arrived.code, arrived.extra], ['PassingError', 'E_PASSING', { at: 1 }])
      assert.ok(!Object.hasOwn(arrived, 'name') && !Object.hasOwn(arrived, 'code'))
    }
  })

  /** As a thread would write it that has registered the class under that name. */
  function errorOf(name: string): Error {
    class Twin extends Passing {}
    codec('file:///another-thread.ts', { class: Twin, name: `twin of ${name}` })
    const { bytes, attachments } = encode(new Twin('far'), references, 'error')
    const text = Buffer.from(bytes).toString('latin1')
    const written = (id: string): string => String.fromCharCode(0x80 + id.length) + id
    const renamed = text.replace(
      written(codecId(`twin of ${name}`, 'file:///another-thread.ts')),
      written(codecId(name, import.meta.url)),
    )
    assert.notEqual(renamed, text)
    return decode({ bytes: Buffer.from(renamed, 'latin1'), attachments }, references) as Error
  }
})

describe('bytes with instances', () => {
  it('that were damaged give another value, a refusal or a WireError', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(anyWithInstances, damage, (value, changes) => {
        const { bytes, attachments } = encode(value, references, 'args')
        for (const [at, byte] of changes) bytes[1 + (at % Math.max(1, bytes.length - 1))] = byte
        try {
          decode({ bytes, attachments }, references)
        } catch (error) {
          assert.ok(error instanceof WireError || error instanceof NotCloneable, String(error))
        }
      }),
      { numRuns: RUNS * 3 },
    )
  })
})

describe('S6: codec()', () => {
  const url = 'file:///somewhere.ts'
  class Mine {
    n = 1
  }
  const write = (): number => 1
  const read = (): Mine => new Mine()
  const loose = codec as (url: unknown, how: unknown) => void

  it('refuses what is no class of one’s own, and what is no codec', () => {
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [undefined, /expected \{ class, write, read \}, found undefined$/],
      [{}, /expected a class of your own, found undefined$/],
      [{ class: {} }, /expected a class of your own, found an object/],
      [{ class: () => 1 }, /found a function that is no class$/],
      [{ class: new Proxy(Mine, {}) }, /found a JavaScript Proxy$/],
      [{ class: Map, write, read }, /found the class Map, which travels/],
      [{ class: Object, write, read }, /found the class Object/],
      [{ class: URL, write, read }, /found the class URL/],
      [{ class: Error }, /found the class Error/],
      [{ class: ActorDead }, /found the class ActorDead/],
      [{ class: class extends Actor {}, name: 'x', write, read }, /of objects; pass their Remotes$/],
      [{ class: OurFuture, write, read }, /found Future, which travels by reference$/],
      [
        {
          class: [
            class {
              n = 1
            },
          ][0],
          write,
          read,
        },
        /the class has no name; give the codec one \(name\)$/,
      ],
      [
        {
          class: Object.defineProperty(
            class {
              n = 1
            },
            'name',
            { value: 5 },
          ),
          write,
          read,
        },
        /the class has no name/,
      ],
      [
        {
          class: Object.defineProperty(
            class {
              n = 1
            },
            'name',
            { get: () => assert.fail() },
          ),
          write,
          read,
        },
        /has no name/,
      ],
      [{ class: Mine, name: '', write, read }, /expected a text, found ""$/],
      [{ class: Mine, name: 'TypeError', write, read }, /TypeError is an error class that each thread knows/],
      [{ class: Mine, read }, /codec\(Mine\): expected write: a function, found undefined$/],
      [{ class: Mine, write }, /codec\(Mine\): expected read: a function, found undefined$/],
      [{ class: Mine, write, create: read }, /expected fill: a function, found undefined$/],
      [
        { class: Mine, write, read, create: read, fill: write },
        /expected read, or create and fill, found read and create$/,
      ],
      [{ class: Mine, write, read, subclasses: 1 }, /expected subclasses: true or false, found 1$/],
      [{ class: Mine, wrte: write, read }, /there is no option wrte; did you mean write\?$/],
      [
        { class: class MyError extends Error {}, write, read },
        /expected only class and name, found write; errors travel/,
      ],
    ]
    for (const [how, message] of refused)
      assert.throws(() => loose(url, how), (error) => error instanceof BadDefinition && message.test(error.message), String(message)) // prettier-ignore
    assert.throws(
      () => loose('somewhere', { class: Mine, write, read }),
      /expected import\.meta\.url, found "somewhere"/,
    )
    assert.match(refusalOf(asBytes, new Mine()), /an instance of Mine cannot cross/)
  })

  it('refuses a second codec for a name or a class, and names both modules', () => {
    class Twice {
      n = 1
    }
    codec(url, { class: Twice, write: () => 1, read: () => new Twice() })
    assert.throws(
      () => codec('file:///b.ts', { class: Twice, name: 'Other', write: () => 1, read: () => new Twice() }),
      {
        code: 'BAD_DEFINITION',
        message: `codec(Other) in file:///b.ts: this class is taken by the codec Twice of ${url}; a class has one codec`,
      },
    )
    const Same = Object.defineProperty(
      class {
        n = 1
      },
      'name',
      { value: 'Twice' },
    )
    assert.throws(() => codec('file:///b.ts', { class: Same, write: () => 1, read: () => new Same() }), {
      message: `codec(Twice) in file:///b.ts: this name is taken by the codec Twice of ${url}; a name has one codec in a program, so give this one another (name)`,
    })
  })

  it('takes the codec as an object with methods, and calls them on it', () => {
    class Weight {
      readonly grams: number
      constructor(grams: number) {
        this.grams = grams
      }
    }
    class InKilos {
      readonly class = Weight
      readonly #factor = 1_000
      write({ grams }: Weight): number {
        return grams / this.#factor
      }
      read(kilos: number): Weight {
        return new Weight(kilos * this.#factor)
      }
    }
    codec(url, new InKilos())
    assert.deepStrictEqual(asBytes(new Weight(2_000)), new Weight(2_000))
  })
})
