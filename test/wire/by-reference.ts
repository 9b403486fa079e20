/** Things that travel by reference, as Remotes and Futures do: the codec must ask for them before it looks at any property. */

import type { References } from '../../src/wire/codec.ts'

/** Fails at any look at it, as the one above a Remote's prototype makes a call of any name. */
const forbidden = new Proxy(Object.create(null) as object, {
  get: (_, key) => fail(`get ${String(key)}`),
  has: (_, key) => fail(`has ${String(key)}`),
  getPrototypeOf: () => fail('getPrototypeOf'),
  getOwnPropertyDescriptor: () => fail('getOwnPropertyDescriptor'),
  ownKeys: () => fail('ownKeys'),
})

function fail(what: string): never {
  throw new Error(`a Remote was looked at: ${what}`)
}

class Remote {
  readonly #name: string
  constructor(name: string) {
    this.#name = name
  }
  static nameOf(object: object): string | undefined {
    return #name in object ? object.#name : undefined
  }
  static {
    Object.setPrototypeOf(this.prototype, forbidden)
  }
}

const remotes = new Map<string, object>()

export function remoteOf(name: string): object {
  let remote = remotes.get(name)
  if (remote === undefined) remotes.set(name, (remote = new Remote(name)))
  return remote
}

export class Future {
  readonly #id: number
  constructor(id: number) {
    this.#id = id
  }
  get id(): number {
    return this.#id
  }
  /** Asks no prototype, which may be a Proxy. */
  static is(object: object): object is Future {
    return #id in object
  }
}

export const references: References = {
  write(object) {
    const name = Remote.nameOf(object)
    if (name !== undefined) return ['remote', [name, [1, 2]]]
    return Future.is(object) ? ['future', object.id] : undefined
  },
  read(reference) {
    const [kind, what] = reference as ['remote', [string]] | ['future', number]
    return kind === 'remote' ? remoteOf(what[0]) : new Future(what)
  },
}

/** The same within a thread. */
export function passOn(object: object): object | undefined {
  return references.write(object) === undefined ? undefined : object
}
