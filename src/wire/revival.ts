/**
 * Instances of the user's classes on their way: as forms, which their codecs have written, and as instances again, or as what is left
 * where that fails.
 *
 * The codec's own code runs here, and may do anything: what it throws, or returns that is no instance of its class, becomes a Misread,
 * which stands where the instance should. Whoever reads a value goes on to its end all the same, since the rest of it (Futures, which
 * somebody must release) has to be known; but nobody gets to see a value with a Misread in it.
 */

import { types } from 'node:util'
import { NotCloneable } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import { codecNamed, instanceCodecById, instanceCodecFor, nameInId, type InstanceCodec } from './instance-codecs.ts'
import { caught, refusal, shownError, type Found, type Place } from './refusal.ts'

/** An instance as its codec has written it. Also what passes through a thread that shall not revive it. */
export class WrittenInstance {
  readonly #codec: string
  form: unknown

  constructor(codec: string, form: unknown) {
    this.#codec = codec
    this.form = form
  }

  /** Its id. */
  get codec(): string {
    return this.#codec
  }

  /** Asks no prototype: an object of the user's may have traps above it. */
  static is(object: object): object is WrittenInstance {
    return #codec in object
  }
}

/**
 * What an instance is written as; undefined for an object without a codec.
 *
 * @param refuse makes the error to throw where the codec throws
 */
export function written(object: object, refuse: (found: Found) => unknown): WrittenInstance | undefined {
  if (WrittenInstance.is(object)) return object
  const codec = instanceCodecFor(object)
  if (codec === undefined) return undefined
  let form: unknown
  try {
    form = codec.write(object)
  } catch (error) {
    throw refuse(caught(error, (shown) => `an instance that its codec ${codec.name} cannot write (${shown})`))
  }
  return new WrittenInstance(codec.id, form)
}

/** Whether an instance with that codec can be met within itself. */
export function canHoldItself(codec: string): boolean {
  return instanceCodecById(codec)?.revive.by !== 'read'
}

/** What an instance of `codec` that is in itself is refused with. */
export function inItself(codec: string): Found {
  return {
    found: `an instance that is in what its codec ${nameInId(codec)} has written of it`,
    cure: 'give the codec create() and fill(instance, form) in place of read(form)',
  }
}

/** What an instance is refused with whose codec is not here. */
function notHere(id: string): Found {
  const name = nameInId(id)
  const other = codecNamed(name)
  return other === undefined
    ? {
        found: `an instance that a codec ${name} has written, which the thread of the receiver does not have,`,
        cure: 'import the module that registers it above start(), then every thread loads it',
      }
    : {
        found: `an instance that another codec ${name} has written than that of ${other.module}, which the thread of the receiver has,`,
        cure: 'a name has one codec in a program: give one of the two another (name)',
      }
}

/** Stands for an instance that could not be revived; and for a whole value with one in it. */
export class Misread {
  readonly #found: Found
  /** What has travelled by reference in the whole value, and must be let go of. */
  readonly references: readonly object[]

  constructor(found: Found, references: readonly object[] = []) {
    this.#found = found
    this.references = references
  }

  /**
   * Asks no prototype: an instance of the user's may have traps above it. Most are arrays, of arguments, and of those `in` would ask the engine,
   * since their elements are of many kinds.
   */
  static is(value: unknown): value is Misread {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && #found in value
  }

  get found(): Found {
    return this.#found
  }

  /** The error for whoever sent the value, or waits for it. */
  error(place: Place): NotCloneable {
    return refusal(place, [], this.found)
  }

  /** The text that stands for it in an error, which must always arrive. */
  get text(): string {
    return `${this.found.found} cannot cross`
  }
}

/** One instance that is being made again: `blank` before what is in it comes, if its codec makes it first. */
export class Revival {
  readonly blank: object | undefined
  readonly #codec: InstanceCodec | undefined
  readonly #failed: Misread | undefined

  constructor(id: string) {
    this.#codec = instanceCodecById(id)
    if (this.#codec === undefined) {
      this.#failed = new Misread(notHere(id))
      return
    }
    const { revive } = this.#codec
    if (revive.by === 'read') return
    const blank = this.#run('create()', revive.create)
    if (Misread.is(blank)) this.#failed = blank
    else this.blank = blank
  }

  /** The instance, with all that is in it; `inner`: what could not be revived in there. */
  finish(form: unknown, inner: Misread | undefined): object {
    const failed = this.#failed ?? inner
    if (failed !== undefined) return failed
    const { revive } = this.#codec!
    if (revive.by === 'read') return this.#run('read(form)', () => revive.read(form))
    const blank = this.blank!
    return this.#run('fill(instance, form)', () => {
      const result = revive.fill(blank, form)
      // Who waits for nothing would get it half filled.
      if (types.isPromise(result)) throw new TypeError('it is async; what makes an instance must not wait')
      return blank
    })
  }

  /** An instance of the class, as that code of the user's gives it. */
  #run(what: string, code: () => unknown): object {
    const { name, prototype } = this.#codec!
    let found: unknown
    try {
      found = code()
      if (isInstance(found, prototype)) return found
    } catch (error) {
      return new Misread(
        caught(error, (shown) => `an instance that codec ${name} could not make again, since ${what} threw ${shown},`),
      )
    }
    return new Misread({
      found: `an instance that codec ${name} could not make again, since ${what} gave ${shownValue(found)} and no instance of its class,`,
    })
  }
}

function isInstance(value: unknown, prototype: object): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  return Object.prototype.isPrototypeOf.call(prototype, value)
}

function shownValue(value: unknown): string {
  if (types.isPromise(value)) return 'a Promise'
  try {
    return describe(value)
  } catch (error) {
    return shownError(error)
  }
}
