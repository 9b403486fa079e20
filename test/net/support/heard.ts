/** What a Talker has told of, read in order by a test that waits for it. */

import assert from 'node:assert/strict'
import { events, type EventStream, type Remote } from '../../../src/index.ts'
import type { Happened, Talker } from '../fixtures/talker.ts'

export class Heard {
  readonly #stream: EventStream<{ readonly method: 'happened'; readonly args: [what: Happened] }>
  /** All that was read, in order. */
  readonly all: Happened[] = []

  constructor(talker: Remote<Talker>) {
    this.#stream = events(talker)
  }

  /** The next of a hook, of those that were not read yet; `fits` says which one. */
  async next(hook: string, fits: Partial<Happened> = {}): Promise<Happened> {
    const wanted = Object.entries({ ...fits, hook })
    for (;;) {
      const { done, value } = await this.#stream.next()
      if (done === true) assert.fail(`it has ended before ${hook}; heard: ${JSON.stringify(this.all)}`)
      const [what] = value.args
      this.all.push(what)
      if (wanted.every(([key, one]) => what[key as keyof Happened] === one)) return what
    }
  }

  /** The telegrams that come next. */
  async telegrams(count: number): Promise<string[]> {
    const found: string[] = []
    while (found.length < count) found.push((await this.next('onNetReceived')).telegram!)
    return found
  }

  /** What was read, as `hook` or `hook:level`, with telegrams. */
  get hooks(): string[] {
    return this.all.map(({ hook, level, telegram }) =>
      [hook, ...(level === undefined ? [] : [level]), ...(telegram === undefined ? [] : [telegram])].join(':'),
    )
  }
}
