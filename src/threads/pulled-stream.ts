/**
 * PulledStream: what comes by itself, as an async iterable for readers who may be slower.
 *
 *   arrived() ──▶ where it waits ──take()──▶ next()                 a reader who waits gets the oldest at once
 *   end()         what waits can still be read, then `done`         return(), leaving the loop, using: what waits is dropped
 *   end(failure)  what waits is dropped; one reader gets the error, then `done`
 *   end(returned) as end(); one reader gets what it has returned with its `done`
 *
 * Invariant: while a reader waits, nothing else does; so whoever ends it has readers, or something that waits, never both.
 */

import { Fifo } from '../wire/fifo.ts'

/** What a stream ends with that does not end well. */
export interface Failure {
  readonly thrown: unknown
}

/** What a stream ends with that has something to say at its end. */
export interface Returned<R> {
  readonly returned: R
}

/** Somebody who has called `next()`. */
interface Reader<T, R> {
  resolve(result: IteratorResult<T, R> | PromiseLike<IteratorResult<T, R>>): void
}

/** A stream of what comes by itself: read it by `for await`, or by `next()`. */
export abstract class PulledStream<T, R = undefined>
  implements AsyncIterableIterator<T, R | undefined>, AsyncDisposable, Disposable
{
  readonly #readers = new Fifo<Reader<T, R | undefined>>()
  #isOver = false
  #isDropped = false
  /** What one reader is still to be told. */
  #ending: Failure | Returned<R> | undefined

  /** The next one; `done` once nothing more will come, and all has been read. */
  next(): Promise<IteratorResult<T, R | undefined>> {
    const taken = this.#isDropped ? undefined : this.take()
    if (taken !== undefined) return Promise.resolve(taken)
    if (!this.#isOver) {
      const reader = Promise.withResolvers<IteratorResult<T, R | undefined>>()
      this.#readers.push(reader)
      return reader.promise
    }
    this.#drop()
    const ending = this.#ending
    this.#ending = undefined
    if (ending !== undefined && 'thrown' in ending) return Promise.reject(ending.thrown)
    return Promise.resolve({ value: ending?.returned, done: true })
  }

  /** Closes it: nothing that waits is read any more. Leaving a `for await` does it; twice is harmless. */
  return(): Promise<IteratorReturnResult<undefined>> {
    this.#drop()
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  /** Closes it at the end of a block: `using stream = …`. */
  [Symbol.dispose](): void {
    void this.return()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /**
   * Nothing more comes.
   *
   * @internal
   */
  end(ending?: Failure | Returned<R>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ending = ending
    if ((ending !== undefined && 'thrown' in ending) || this.isEmpty) this.#drop()
    this.ended()
    for (let reader = this.#readers.take(); reader !== undefined; reader = this.#readers.take())
      reader.resolve(this.next())
  }

  /**
   * Something has come.
   *
   * @internal
   */
  protected arrived(): void {
    while (this.#readers.size > 0) {
      const taken = this.take()
      if (taken === undefined) return
      this.#readers.take()!.resolve(taken)
    }
  }

  /**
   * Takes the oldest that waits; undefined while there is none.
   *
   * @internal
   */
  protected abstract take(): IteratorYieldResult<T> | undefined

  /**
   * Whether nothing waits.
   *
   * @internal
   */
  protected abstract get isEmpty(): boolean

  /**
   * Nothing more comes; called once.
   *
   * @internal
   */
  protected abstract ended(): void

  /**
   * Nothing more is read; called once.
   *
   * @internal
   */
  protected abstract dropped(): void

  #drop(): void {
    if (this.#isDropped) return
    this.#isDropped = true
    this.dropped()
  }
}
