/** Errors of a line, or of a server, that its object has not been told of: so many at most, more are only in the log. */

import { Happening } from './incoming.ts'

const MOST = 100

export class UntoldErrors {
  #count = 0

  /** The news of one more, of which `ask` tells in a turn; undefined where too many wait already. */
  add(ask: () => unknown): Happening | undefined {
    if (this.#count === MOST) return undefined
    this.#count++
    return new Happening('onNetError', ask, () => void this.#count--)
  }
}
