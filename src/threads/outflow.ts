/**
 * Outflow: the producer's end of a stream (S6): an async iterator, asked for as much as its reader has room for, and no more.
 *
 *   reader ──pull(most)──▶ next() … next() ──▶ the items so far, as soon as the next one lets wait for itself
 *          ──pull(most)──▶ …               ──▶ the last ones, with what it has returned; or what it has thrown, behind its items
 *          ──close()─────▶ return(): its `finally` runs
 *
 * Invariant: the iterator is asked for one item at a time, and only while a pull stands open or the one before it was asked for: what is
 * kept here is never more than one pull has asked for, and one item. It is closed once, unless it has ended by itself.
 *
 * How much one pull brings is bounded in bytes too, as far as they can be told without writing it.
 */

import type { StreamFailure } from '../core/message.ts'
import { discard, mustBeClosed } from '../wire/movables.ts'
import { closeUnclaimed } from '../wire/transfer.ts'
import { weightOf } from './weight.ts'

/** What a pull brings; with a second element, what the iterator has returned: it has ended. */
export type Batch = readonly [items: readonly unknown[]] | readonly [items: readonly unknown[], returned: unknown]

/** Bytes that one pull brings before the reader is asked again, but for the item that goes beyond. */
const MOST_BYTES = 256 * 1024

export interface OutflowOptions {
  /** Nobody else has the iterable: it is closed even where nobody has begun to read it. */
  readonly isOwn: boolean
  /** Runs code of the iterator, where it belongs. */
  readonly run: (code: () => unknown) => unknown
  /** What is kept of an item until it leaves: a copy, since the iterator goes on and may change what it has given. Throws where it cannot travel. */
  readonly copied: (item: unknown) => unknown
  /** Does it once what is ready now has been done: in the next turn. */
  readonly soon: (flush: () => void) => void
  /** The iterator has ended, or was closed and its `finally` has run. */
  readonly ended: (failure?: StreamFailure) => void
}

type End = { readonly returned: unknown } | { readonly thrown: unknown }

interface Pull {
  readonly most: number
  resolve(batch: Batch): void
  reject(error: unknown): void
}

export class Outflow {
  readonly #source: AsyncIterable<unknown, unknown, undefined>
  readonly #options: OutflowOptions
  /** From the first pull on. */
  #iterator: AsyncIterator<unknown, unknown, undefined> | undefined
  #pull: Pull | undefined
  #items: unknown[] = []
  #bytes = 0
  #isAsking = false
  #isFlushing = false
  #isClosed = false
  #end: End | undefined

  constructor(source: AsyncIterable<unknown, unknown, undefined>, options: OutflowOptions) {
    this.#source = source
    this.#options = options
  }

  /** The next items, `most` of them or fewer, at least one unless it has ended; rejects with what the iterator has thrown. One at a time. */
  pull(most: number): Promise<Batch> {
    if (this.#pull !== undefined) throw new TypeError('expected one pull at a time, found a second one')
    return new Promise((resolve, reject) => {
      this.#pull = { most, resolve, reject }
      if (this.#items.length > 0 || this.#end !== undefined) this.#flushSoon()
      this.#ask()
    })
  }

  /** It gives no more: its reader has left; or it is told why, with `thrown`. Again is harmless. */
  close(why?: { readonly thrown: unknown }): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const hadEnded = this.#end !== undefined
    this.#items.forEach(discard)
    this.#items = []
    this.#end = why ?? { returned: undefined }
    this.#flush()
    if (hadEnded) return
    const { isOwn, ended } = this.#options
    if (!isOwn && this.#iterator === undefined) return ended()
    this.#leave()
  }

  #ask(): void {
    const pull = this.#pull
    if (pull === undefined || this.#isAsking || this.#end !== undefined) return
    if (this.#items.length >= pull.most || this.#bytes >= MOST_BYTES) return
    this.#isAsking = true
    try {
      void Promise.resolve(this.#options.run(() => this.#opened().next())).then(
        (result) => this.#answered(result as IteratorResult<unknown>),
        (error: unknown) => this.#finished({ thrown: error }),
      )
    } catch (error) {
      this.#finished({ thrown: error })
    }
  }

  #answered(result: IteratorResult<unknown>): void {
    // What is in there can be looked at without running code of the user's.
    if (this.#isClosed) return closeUnclaimed(result)
    let end: End | undefined
    let isGiven = false
    try {
      // Also where the user's iterator gives what is none, has getters that throw, or yields a hostile value.
      if (Object(result) !== result)
        throw new TypeError(`expected an object from next() of an iterator, found ${String(result)}`)
      const { value } = result
      if (result.done === true) end = { returned: value }
      else {
        isGiven = true
        const item = this.#options.copied(value)
        // The last of its batch, so that its reader knows of which item that has come.
        this.#bytes += mustBeClosed(item) ? MOST_BYTES : weightOf(item)
        this.#items.push(item)
      }
    } catch (error) {
      end = { thrown: error }
    }
    if (end !== undefined) return isGiven ? this.#refused(end) : this.#finished(end)
    this.#isAsking = false
    this.#flushSoon()
    this.#ask()
  }

  /** An item cannot travel: the iterator has not ended, and is closed. */
  #refused(end: End): void {
    this.#isAsking = false
    this.#end = end
    this.#flushSoon()
    this.#leave()
  }

  /** Its `finally` runs. */
  #leave(): void {
    const { run, ended } = this.#options
    const failed = (thrown: unknown): void => ended({ thrown, isRead: false })
    try {
      void Promise.resolve(run(() => this.#opened().return?.())).then(() => ended(), failed)
    } catch (error) {
      failed(error)
    }
  }

  #finished(end: End): void {
    this.#isAsking = false
    if (this.#isClosed) return
    this.#end = end
    this.#flushSoon()
    this.#options.ended('thrown' in end ? { ...end, isRead: true } : undefined)
  }

  #opened(): AsyncIterator<unknown, unknown, undefined> {
    return (this.#iterator ??= this.#source[Symbol.asyncIterator]())
  }

  /** More may come before the turn is over, and goes with it. */
  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    this.#options.soon(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const pull = this.#pull
    const end = this.#end
    if (pull === undefined || (this.#items.length === 0 && end === undefined)) return
    this.#pull = undefined
    const items = this.#items
    this.#items = []
    this.#bytes = 0
    if (end === undefined) return pull.resolve([items])
    if ('returned' in end) return pull.resolve([items, end.returned])
    if (items.length === 0) return pull.reject(end.thrown)
    // The error is for the next pull: first what came before it.
    pull.resolve([items])
  }
}
