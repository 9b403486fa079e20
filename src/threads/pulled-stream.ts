/**
 * PulledStream: what comes by itself, as an async iterable for readers who may be slower.
 *
 *   arrived() ──▶ where it waits ──take()──▶ next()                 a reader who waits gets the oldest at once
 *   end()         what waits can still be read, then `done`         return(), leaving the loop, using: what waits is dropped
 *   end(failure)  what waits is dropped; one reader gets the error, then `done`
 *
 * Invariant: while a reader waits, nothing else does; so whoever ends it has readers, or something that waits, never both.
 */

import { Fifo } from '../wire/fifo.ts'

/** What a stream ends with that does not end well. */
export interface Failure {
  readonly thrown: unknown
}

/** Somebody who has called `next()`. */
interface Reader<T> {
  resolve(result: IteratorResult<T, undefined> | PromiseLike<IteratorResult<T, undefined>>): void
}

/** A stream of what comes by itself: read it by `for await`, or by `next()`. */
export abstract class PulledStream<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable, Disposable {
  readonly #readers = new Fifo<Reader<T>>()
  #isOver = false
  #isDropped = false
  #failure: Failure | undefined

  /** The next one; `done` once nothing more will come, and all has been read. */
  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#isDropped ? undefined : this.take()
    if (value !== undefined) return Promise.resolve({ value, done: false })
    if (!this.#isOver) {
      const reader = Promise.withResolvers<IteratorResult<T, undefined>>()
      this.#readers.push(reader)
      return reader.promise
    }
    this.#drop()
    const failure = this.#failure
    this.#failure = undefined
    return failure === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(failure.thrown)
  }

  /** Closes it: nothing that waits is read any more. Leaving a `for await` does it; twice is harmless. */
  return(): Promise<IteratorResult<T, undefined>> {
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
  end(failure?: Failure): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = failure
    if (failure !== undefined || this.isEmpty) this.#drop()
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
      const value = this.take()
      if (value === undefined) return
      this.#readers.take()!.resolve({ value, done: false })
    }
  }

  /**
   * Takes the oldest that waits; undefined while there is none.
   *
   * @internal
   */
  protected abstract take(): T | undefined

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
