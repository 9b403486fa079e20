/**
 * What goes beside the bytes of one value, and is named there by its index: what cannot be bytes, or need not.
 *
 * Things move all or none: while a value is written they are only noted, and all of them are looked at once no code of the user's can run any
 * more (movables.ts says why).
 */

import { troubleOf } from './movables.ts'
import type { Found, Step } from './refusal.ts'

/** How much there was at some time. */
export interface BesideMark {
  readonly attachments: number
  readonly moves: number
}

const NONE: readonly unknown[] = []

/**
 * Buffers from here on may be copied here instead of into the bytes: messages that hold one go by a port anyway, and the receiver need not copy
 * it again.
 */
export const LARGE_BUFFER = 1 << 17

export class Beside {
  readonly #attachments: unknown[] = []
  readonly #moves: { readonly thing: object; readonly path: readonly Step[] }[] = []

  /** Gives the index of one more. */
  add(thing: object): number {
    return this.#attachments.push(thing) - 1
  }

  /** The same for a copy of bytes, which is the receiver's then. */
  copy(bytes: Uint8Array): number {
    const copy = Buffer.allocUnsafeSlow(bytes.length)
    copy.set(bytes)
    return this.add(copy.buffer)
  }

  /** The same for one that moves, which was found at `path`. */
  move(thing: object, path: readonly Step[]): number {
    this.#moves.push({ thing, path })
    return this.add(thing)
  }

  mark(): BesideMark {
    return { attachments: this.#attachments.length, moves: this.#moves.length }
  }

  goBackTo({ attachments, moves }: BesideMark): void {
    this.#attachments.length = attachments
    this.#moves.length = moves
  }

  /** Throws what `refuse` gives for the first one that should move and cannot. */
  check(refuse: (found: Found, path: readonly Step[]) => unknown): void {
    for (const { thing, path } of this.#moves) {
      const trouble = troubleOf(thing)
      if (trouble !== undefined) throw refuse(trouble, path)
    }
  }

  /** All of it; nothing is left here. */
  take(): readonly unknown[] {
    if (this.#attachments.length === 0) return NONE
    this.#moves.length = 0
    return this.#attachments.splice(0)
  }
}
