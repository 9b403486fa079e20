/** `this.notify`: an object whose methods are the output methods, each told to all observers (S21). */

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
        function notify(this: NotifyFace, ...args: unknown[]): void {
          this.#send(name, args)
        },
    )
  }
}
