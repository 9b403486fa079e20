/**
 * What the kernel passes on to the main thread for people and programs that watch the mail: dead letters while somebody listens (S1),
 * and crowds (S8). It adds the names, which it alone knows of all objects.
 */

import { OUTSIDE } from '../core/address.ts'
import { shownMs } from '../core/duration.ts'
import type { Kernel } from '../threads/kernel.ts'
import type { Place, ToKernel } from '../wire/kernel-protocol.ts'
import { MAIN_PLACE } from '../wire/kernel-protocol.ts'

export class Reports {
  readonly #kernel: Kernel
  readonly #nameOf: (pid: number) => string
  #isHeard = false

  constructor(kernel: Kernel, nameOf: (pid: number) => string | undefined) {
    this.#kernel = kernel
    this.#nameOf = (pid) => nameOf(pid) ?? `object ${pid}`
  }

  /** Somebody listens to dead letters from now on, or nobody any more; resolves when all threads that answer know it. */
  async hear(on: boolean, places: readonly Place[]): Promise<void> {
    this.#isHeard = on
    for (const place of places) this.#kernel.tell(place, { kind: 'hearDeadLetters', on })
    // Whoever has answered this has heard that.
    await this.#kernel.inspect()
  }

  /** A thread has come up. */
  started(place: Place): void {
    if (this.#isHeard) this.#kernel.tell(place, { kind: 'hearDeadLetters', on: true })
  }

  deadLetters(place: Place, { letters, missed }: Extract<ToKernel, { readonly kind: 'deadLetters' }>): void {
    const thread = this.#kernel.labelOf(place)
    this.#kernel.tell(MAIN_PLACE, {
      kind: 'deadLetters',
      place,
      missed,
      letters: letters.map(({ from: pid, ...letter }) => ({
        ...letter,
        from: pid === OUTSIDE ? undefined : { name: this.#nameOf(pid), pid },
        place,
        thread,
      })),
    })
  }

  crowded({ pid, name, place, waiting }: Extract<ToKernel, { readonly kind: 'crowded' }>): void {
    const busy = this.#kernel.busyWith(place)
    const thread = this.#kernel.labelOf(place)
    const doing =
      busy === undefined
        ? `its thread, ${thread}, has nothing in hand at this moment`
        : `its thread, ${thread}, has had ${busy.pid === pid ? name : this.#nameOf(busy.pid)}.${busy.method} in hand for ${shownMs(Math.round(busy.ageMs))}`
    this.#kernel.tell(MAIN_PLACE, { kind: 'crowded', name, waiting, doing })
  }
}
