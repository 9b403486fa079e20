/**
 * The blocking wait: `future.get()` in a thread that one object has for itself, or on the main thread where the settings allow it (S20).
 *
 * The thread's event loop stands still. Answers, news of the kernel and cancellation still come in, since the bell wakes the thread and
 * it reads them itself; requests stay on the road until the handler that blocks has ended (S4). A death is news like any other, so a
 * wait for a dead one ends (S10, S12). Before it sleeps it looks at the bell for some microseconds, where that pays (looking.ts).
 */

import { AbortError, CannotBlockHere } from '../core/errors.ts'
import { tieOf, type Future } from '../core/future.ts'
import type { Engine } from './engine.ts'
import type { KernelLine } from './kernel-line.ts'
import type { Routes } from './routes.ts'
import { currentScope } from './scopes.ts'
import type { ThreadMemory } from './shared-state.ts'
import type { Waits } from './waits.ts'

export interface BlockingOptions {
  /** Why code here may not block; undefined where it may. */
  readonly forbidden: string | undefined
  readonly memory: ThreadMemory
  readonly engine: Pick<Engine, 'clock' | 'standStill'>
  readonly line: KernelLine
  readonly routes: Routes
  readonly waits: Waits
  /** There may be requests that nobody has looked at: plan a turn. */
  readonly plan: () => void
}

export class Blocking {
  readonly #options: BlockingOptions

  constructor(options: BlockingOptions) {
    this.#options = options
  }

  /** Returns when the Future is settled or `ms` have passed. */
  block(future: Future<unknown>, ms: number | undefined): void {
    const { forbidden, memory, line, routes, waits, plan } = this.#options
    const { clock, standStill } = this.#options.engine
    if (forbidden !== undefined) throw new CannotBlockHere(`future.get(): ${forbidden}`)
    const turn = currentScope()?.turn
    const until = ms === undefined ? Infinity : clock.now() + ms
    try {
      for (;;) {
        // The count comes first: what rings after it makes block() return at once.
        const seen = memory.bell.count()
        line.poll()
        while (routes.turn('answers'));
        if (future.isReady) return
        if (turn?.isAborted === true)
          throw new AbortError('future.get(): the call that waits here was cancelled', { executed: 'maybe' })
        // No timer fires here, so this looks itself whether its wait is part of a circle; that may fail the call at once.
        const next = waits.look()
        if (future.isReady) return
        const left = until === Infinity ? Infinity : until - clock.now()
        if (left <= 0) return
        standStill(seen, Math.min(left, next), tieOf(future)?.what ?? 'a Future')
      }
    } finally {
      // A wait is not held time (S37).
      memory.waited(clock.now())
      plan()
    }
  }
}
