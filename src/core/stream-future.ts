/** A Future whose value is a stream, read as that stream: `for await (const row of remote.rows())`. */

import { BadDefinition } from './errors.ts'
import type { Future } from './future.ts'
import { describe } from './traits.ts'

/**
 * Waits for the stream with the first `next()`; leaving before it is there cancels the call.
 *
 * @param what which Future, in words
 */
export function iterate(future: Future<unknown>, what: string): AsyncIterator<unknown, unknown, undefined> {
  let opened: Promise<AsyncIterator<unknown, unknown, undefined>> | undefined
  const open = async (): Promise<AsyncIterator<unknown, unknown, undefined>> => {
    const stream = await future
    const iterator: unknown = Reflect.get(Object(stream) as object, Symbol.asyncIterator)
    if (typeof iterator === 'function') return Reflect.apply(iterator, stream, [])
    throw new BadDefinition(
      `for await (… of ${what}): expected a stream (an async generator, a ReadableStream, …), found ${describe(stream)}; await it instead`,
    )
  }
  return {
    next: async () => (await (opened ??= open())).next(),
    return: async () => {
      if (opened === undefined && !future.isReady) future.cancel('its reader has left')
      // Whoever leaves hears of no error any more.
      const iterator = await (opened ??= open()).catch(() => undefined)
      await iterator?.return?.()
      return { value: undefined, done: true }
    },
  }
}
