/** Classes of a user's, with their codecs; and arbitrary values that hold instances of them. */

import * as fc from 'fast-check'
import { codec } from '../../src/wire/define-codec.ts'
import { anyValue } from './any-value.ts'

/** Holds a value, and cannot be held by it. */
export class Box {
  content: unknown
  constructor(content: unknown) {
    this.content = content
  }
}
codec(import.meta.url, { class: Box, write: (box) => [box.content], read: ([content]) => new Box(content) })

/** Keeps what it holds where only its own code gets at it. */
export class Secret {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }
  static of(text: string): Secret {
    return new Secret(text)
  }
  get text(): string {
    return this.#text
  }
  static {
    codec(import.meta.url, { class: Secret, write: (secret) => secret.#text, read: (text) => new Secret(text) })
  }
}

/** Holds others of its kind, itself too. */
export class Knot {
  readonly links: unknown[] = []
  name = ''
}
codec(import.meta.url, {
  class: Knot,
  write: ({ name, links }) => ({ name, links }),
  create: () => new Knot(),
  fill: (knot, { name, links }) => {
    knot.name = name
    knot.links.push(...links)
  },
})

export abstract class Shape {
  abstract readonly area: number
}
export class Square extends Shape {
  readonly side: number
  constructor(side: number) {
    super()
    this.side = side
  }
  get area(): number {
    return this.side ** 2
  }
}
export class Dot extends Shape {
  readonly area = 0
}
codec(import.meta.url, {
  class: Shape,
  subclasses: true,
  write: (shape) => (shape instanceof Square ? shape.side : 0),
  read: (side) => (side === 0 ? new Dot() : new Square(side)),
})

/** Has a codec of its own, though that of the class above it is for subclasses. */
export class Named extends Dot {
  name = ''
}
codec(import.meta.url, {
  class: Named,
  write: (named) => named.name,
  read: (name) => Object.assign(new Named(), { name }),
})

/** A built-in with more. */
export class Counts extends Map<string, number> {
  total = 0
}
codec(import.meta.url, {
  class: Counts,
  write: (counts) => ({ entries: new Map(counts), total: counts.total }),
  read: ({ entries, total }) => Object.assign(new Counts(entries), { total }),
})

/** Does what it is told to, wherever it has to do something. */
export class Fault {
  on: string
  constructor(on: string) {
    this.on = on
  }
}
export const CAUSE = new RangeError('as told')
codec(import.meta.url, {
  class: Fault,
  write: ({ on }) => {
    if (on === 'write') throw CAUSE
    if (on === 'overflow') return endless()
    return on === 'function' ? { deep: [() => 1] } : on === 'itself' ? new Fault(on) : on
  },
  read: (on): Fault => {
    if (on === 'read') throw CAUSE
    const results: Readonly<Record<string, unknown>> = {
      undefined,
      plain: { on },
      promise: Promise.resolve(new Fault('')),
      proxy: new Proxy(new Fault(''), {}),
      'another class': new Box(1),
    }
    return (Object.hasOwn(results, String(on)) ? results[String(on)] : new Fault(String(on))) as Fault
  },
})

function endless(): never {
  return endless()
}

/** One of those that are made before they are filled, and cannot be. */
export class Hollow {
  on = ''
  held: unknown
}
codec(import.meta.url, {
  class: Hollow,
  write: ({ on, held }) => ({ on, held }),
  create: () => new Hollow(),
  fill: (hollow, { on, held }): void => {
    if (on === 'fill') throw CAUSE
    if (on === 'async') return Promise.resolve() as unknown as void
    Object.assign(hollow, { on, held })
  },
})

export class QuotaError extends RangeError {
  left = 3
  static made = 0
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    QuotaError.made++
  }
  override get name(): string {
    return 'QuotaError'
  }
  get code(): string {
    return `E_${this.left}`
  }
}
codec(import.meta.url, { class: QuotaError })

const instance = (content: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    content.map((value) => new Box(value)),
    fc.string().map((text) => Secret.of(text)),
    fc.constantFrom(new Dot(), new Square(2), Object.assign(new Named(), { name: 'n' })),
    fc.array(fc.tuple(fc.string(), fc.nat())).map((entries) => new Counts(entries)),
    fc.tuple(fc.string(), fc.array(content, { maxLength: 3 })).map(([name, links]) => tied(name, links)),
    fc.tuple(fc.string(), content).map(([message, cause]) => new QuotaError(message, { cause })),
  )

function tied(name: string, links: readonly unknown[]): Knot {
  const made = new Knot()
  made.name = name
  made.links.push(...links)
  return made
}

const nested = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, anyValue, tie('holder'), instance(tie('value'))),
  holder: fc.oneof(
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    fc.tuple(tie('value'), tie('value')).map(([key, value]) => new Map([[key, value]])),
    fc.array(tie('value'), { maxLength: 3 }).map((members) => new Set(members)),
  ),
}))

/** Values with instances at any depth, some of them in several places, and Knots that hold what holds them. */
export const anyWithInstances: fc.Arbitrary<unknown> = fc
  .tuple(fc.array(nested['value'], { minLength: 1, maxLength: 5 }), fc.array(fc.tuple(fc.nat(9), fc.nat(9))))
  .map(([values, links]) => {
    const knots = [tied('first', []), tied('second', [])]
    const all = [...values, ...knots]
    for (const [from, to] of links) knots[from % 2]!.links.push(all[to % all.length])
    return [all, values]
  })
