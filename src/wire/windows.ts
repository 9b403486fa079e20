/**
 * Which bytes travel when a view shows only a part of its buffer: those that the views of the message show, and no others. What
 * else is in the buffer, such as what another part of the program holds in a pool, stays where it is.
 *
 *   the buffer    ░░░░░░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░▓▓▓▓▓▓▓▓░░░░░
 *   views         ·······├───a────┤··················├──c───┤·····
 *                 ···········├─────b──────┤·························
 *   arrive as            one buffer of a and b       one of c
 *
 * So views that share bytes still share them on arrival. The whole buffer travels if it is in the message itself, if one of its views
 * shows all of it, or if it can be resized.
 *
 * For this the message is looked through when such a view is first met. Getters and codecs are not run: a view that one of them
 * returns is on its own.
 */

import { types } from 'node:util'
import { classify } from './classify.ts'
import { reachable } from './reachable.ts'
import { bufferForm, extentOf } from './slots.ts'
import { canResize, elementSizeOf, livingExtent } from './views.ts'

/** A part of a buffer that arrives as a buffer of its own. */
export class Window {
  readonly buffer: ArrayBufferLike
  readonly start: number
  #end: number
  #elementSize: number

  constructor(view: object) {
    const { buffer, byteOffset, byteLength } = extentOf(view)
    this.buffer = buffer
    this.start = byteOffset
    this.#end = byteOffset + byteLength
    this.#elementSize = elementSizeOf(view)
  }

  get end(): number {
    return this.#end
  }

  /** Empty bytes before its own, for the sake of views on larger elements, which must start at multiples of their size. */
  get padding(): number {
    return this.start % this.#elementSize
  }

  /** Widens to what another one shows that does not start before this one; false, and nothing done, if it starts behind it. */
  takeIn(other: Window): boolean {
    if (other.start > this.#end) return false
    this.#end = Math.max(this.#end, other.#end)
    this.#elementSize = Math.max(this.#elementSize, other.#elementSize)
    return true
  }
}

export class Windows {
  readonly #root: unknown
  #found: Map<object, Window | 'whole'> | undefined

  /** For the views in a message of this value. */
  constructor(root: unknown) {
    this.#root = root
  }

  /** What arrives as the buffer of `view`: its buffer, or a part of that. */
  of(view: object): ArrayBufferLike | Window {
    const { buffer, byteLength } = extentOf(view)
    if (byteLength === bufferForm(buffer).byteLength || types.isSharedArrayBuffer(buffer) || canResize(buffer))
      return buffer
    this.#found ??= findWindows(this.#root)
    if (this.#found.get(buffer) === 'whole') return buffer
    let window = this.#found.get(view)
    if (window === undefined) this.#found.set(view, (window = new Window(view)))
    return window as Window
  }
}

/** The window of each view that shows a part of its buffer, and 'whole' for the buffers that travel whole. */
function findWindows(root: unknown): Map<object, Window | 'whole'> {
  const found = new Map<object, Window | 'whole'>()
  const viewsOf = new Map<object, object[]>()
  for (const thing of reachable(root)) {
    const kind = classify(thing)
    if (kind === 'array-buffer') found.set(thing, 'whole')
    const extent = kind === 'view' ? livingExtent(thing) : undefined
    if (extent === undefined) continue
    const { buffer, byteLength } = extent
    if (byteLength === bufferForm(buffer).byteLength) found.set(buffer, 'whole')
    const views = viewsOf.get(buffer)
    if (views === undefined) viewsOf.set(buffer, [thing])
    else views.push(thing)
  }
  for (const views of viewsOf.values()) join(views, found)
  return found
}

/** Gives views on one buffer their windows: the same one to those that share bytes, or touch. */
function join(views: readonly object[], found: Map<object, Window | 'whole'>): void {
  let last: Window | undefined
  const windows = views.map((view) => ({ view, window: new Window(view) }))
  for (const { view, window } of windows.toSorted((a, b) => a.window.start - b.window.start)) {
    if (last === undefined || !last.takeIn(window)) last = window
    found.set(view, last)
  }
}
