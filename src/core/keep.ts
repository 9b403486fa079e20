/**
 * Functions that have come as arguments, as whoever got them sees them (S6): lent for as long as the message is handled that brought them,
 * kept for longer by asking.
 *
 *   lent ──the call has its answer──▶ given back: calls of it reject
 *     ╰──keep()──▶ kept ──dispose; the death of either side; garbage──▶ given back
 *
 * Invariant: each `keep()` is given back once, whoever is first; again is harmless.
 */

import { BadDefinition, Released } from './errors.ts'
import { describe } from './traits.ts'

type Lendable = (...args: never[]) => unknown

/**
 * The type to declare for a parameter that takes a function: whoever calls the method may pass one that returns its result or a promise of
 * it; the method awaits it, since it gets a function that gives a Future.
 *
 * @example
 * class Worker extends Task {
 *   async map(list: number[], each: Lent<(item: number) => number>): Promise<number[]> {
 *     const results: number[] = []
 *     for (const item of list) results.push(await each(item))
 *     return results
 *   }
 * }
 */
export type Lent<F extends Lendable> = (
  ...args: Parameters<F>
) => [ReturnType<F>] extends [void] ? unknown : Awaited<ReturnType<F>> | PromiseLike<Awaited<ReturnType<F>>>

/** A function that is kept: called as before, given back by `using`, or by `kept[Symbol.dispose]()`. */
export type Kept<F extends Lendable> = F & Disposable

const keepers = new WeakMap<Lendable, () => Kept<Lendable>>()

/** Says how a function is kept that has come from elsewhere. */
export function whenKept(lent: Lendable, keeper: () => Kept<Lendable>): void {
  keepers.set(lent, keeper)
}

/**
 * Keeps a function that has come as an argument, beyond the answer of the call that brought it.
 *
 * It must be called before that answer. Give it back when it is not needed any more; it is given back, too, when the object that keeps it
 * or the one that has lent it has ended or is restarted, and when nothing refers to it any more (which may take long). A function that
 * was not lent, as in a test that calls the method directly, is kept all the same.
 *
 * @throws Released if it has been given back already; BadDefinition for what is no function
 * @example
 * class Feed extends Task {
 *   readonly #listeners: Kept<(news: string) => unknown>[] = []
 *   subscribe(listener: Lent<(news: string) => void>): void {
 *     this.#listeners.push(keep(listener))
 *   }
 * }
 */
export function keep<F extends Lendable>(lent: F): Kept<F> {
  if (typeof lent !== 'function') throw new BadDefinition(`keep(lent): expected a function, found ${describe(lent)}`)
  return (keepers.get(lent)?.() ?? keepOwn(lent)) as Kept<F>
}

/** One of this thread's own: behaves as one that was lent. */
function keepOwn(own: Lendable): Kept<Lendable> {
  let isGivenBack = false
  const kept = async (...args: never[]): Promise<unknown> => {
    if (isGivenBack)
      throw new Released('this thread', { what: `the function ${nameOfFunction(own)}`, to: 'be called', why: LET_GO })
    return own(...args)
  }
  return asKept(kept, () => {
    isGivenBack = true
  })
}

/** Why a function that was kept cannot be called. */
export const LET_GO = 'it was kept, and has been given back (disposed); call it before that'

/** Makes a function one that can be given back. */
export function asKept(kept: Lendable, giveBack: () => void): Kept<Lendable> {
  return Object.defineProperty(kept, Symbol.dispose, { value: giveBack }) as Kept<Lendable>
}

/** The name of a function, for people. */
export function nameOfFunction(own: Lendable): string {
  const { name } = own as { readonly name?: unknown }
  return typeof name === 'string' && name !== '' ? name : '(anonymous)'
}
