/**
 * Objects whose methods come into being when they are first named: Remotes, and `this.notify`.
 *
 *   remote ──▶ prototype with the methods named so far ──▶ one JavaScript Proxy that answers all other names
 *
 * A method is an ordinary one on the prototype from its second use on, which is what makes it fast; the object
 * itself is never wrapped, so `#private` fields of its class work. `then`, `toJSON`, symbols and the names of Object.prototype are
 * never made: what the platform reads from any object must not become a call.
 */

import { PLATFORM_NAMES } from './words.ts'

/** Enough for any program's method names; a program that makes names up at run time goes through the Proxy from there on. */
const MOST_NAMES = 4096

/** Lets every name that `prototype` does not have yet become a method, made by `make`. */
export function fallTo(prototype: object, make: (name: string) => (...args: unknown[]) => unknown): void {
  let names = 0
  const fall = new Proxy(Object.create(null) as object, {
    get(_, name): unknown {
      if (typeof name !== 'string') return undefined
      if (PLATFORM_NAMES.has(name)) return (Object.prototype as unknown as Record<string, unknown>)[name]
      const method = make(name)
      if (names++ < MOST_NAMES) Object.defineProperty(prototype, name, { value: method, configurable: true })
      return method
    },
    set(_, name): boolean {
      throw new TypeError(`${String(name)} cannot be set from outside: an object's fields are its own; write a method`)
    },
  })
  Object.setPrototypeOf(prototype, fall)
}
