/** `this.notify`: an object whose methods are the output methods, each told to all observers (S21). */

import { TsworksError } from './errors.ts'
import { fallTo } from './falling.ts'

export type SendToObservers = (method: string, args: readonly unknown[]) => void

export class NotifyFace {
  readonly #send: SendToObservers

  constructor(send: SendToObservers) {
    this.#send = send
  }

  static {
    fallTo(
      this.prototype,
      (name) =>
        function notify(this: unknown, ...args: unknown[]): void {
          if (typeof this !== 'object' || this === null || !(#send in this))
            throw new TsworksError(
              `${name}() was cut from this.notify and does not know who notifies; keep them together: this.notify.${name}(…)`,
              { code: 'CUT_FROM_NOTIFY' },
            )
          this.#send(name, args)
        },
    )
  }
}
