/**
 * A walk through one value that is being sent: where it is, and the error to throw where it cannot go on.
 *
 *   args ──[0]──▶ {…} ──.list──▶ […] ──[3]──▶ here          depth 2, path args[0].list[3]
 *
 * One step is kept for each object that is open around the value in hand. It costs a store for each property, and needs no strings
 * before something is refused.
 */

import { types } from 'node:util'
import { moreThanItsKind, type ValueKind } from './classify.ts'
import { MAX_DEPTH, REFERENCE_DEPTH } from './kinds.ts'
import { caught, refusal, TOO_DEEP, type Found, type Place, type Step } from './refusal.ts'
import { written, type WrittenInstance } from './revival.ts'
import { Windows } from './windows.ts'
import { WireError } from './wire-error.ts'

/** Nothing has been thrown; not undefined, which a getter may throw. */
const NOTHING = Symbol('nothing')

const NOWHERE: Place = { path: '', executed: 'no' }

export class Walk {
  /** From each open object to the next, by depth; the first one is not used. */
  readonly #steps: Step[] = ['']
  #depth = 0
  #deepest = MAX_DEPTH
  #place = NOWHERE
  #root: unknown
  #windows: Windows | undefined
  /** The error of ours that is on its way up. Any other one was thrown by code of the user's. */
  #thrown: unknown = NOTHING

  begin(root: unknown, place: Place): void {
    this.#root = root
    this.#place = place
  }

  /** Goes into an object. */
  enter(): void {
    if (++this.#depth > this.#deepest) throw this.refuse(TOO_DEEP)
  }

  leave(): void {
    this.#depth--
  }

  /** Says which way from the object that was entered last the next value is found. */
  step(step: Step): void {
    this.#steps[this.#depth] = step
  }

  get depth(): number {
    return this.#depth
  }

  /** Goes back up to where it was at a depth. */
  backTo(depth: number): void {
    this.#depth = depth
    this.#deepest = MAX_DEPTH
  }

  /** Goes through the reference to an object, which may be as deep as the object could be, and a little deeper. */
  throughReference(go: () => void): void {
    this.#deepest = MAX_DEPTH + REFERENCE_DEPTH
    go()
    this.#deepest = MAX_DEPTH
  }

  /** Which bytes of the buffers in the value travel. */
  get windows(): Windows {
    return (this.#windows ??= new Windows(this.#root))
  }

  /** The way to here. */
  get path(): readonly Step[] {
    return this.#steps.slice(1, this.#depth + 1)
  }

  /** The error to throw for what was found here, or where `path` led. */
  refuse(found: Found, path = this.path): unknown {
    return (this.#thrown = refusal(this.#place, path, found))
  }

  /** Refuses an object that has more than its kind holds. */
  refuseMore(value: object, kind: ValueKind): void {
    const found = moreThanItsKind(value, kind)
    if (found !== undefined) throw this.refuse(found)
  }

  /** Asks who knows what travels by reference; not for a JavaScript Proxy, which never does. What it throws reaches the sender as it is. */
  ask<T>(object: object, question: (object: object) => T | undefined): T | undefined {
    if (types.isProxy(object)) return undefined
    try {
      return question(object)
    } catch (error) {
      throw (this.#thrown = error)
    }
  }

  /** What the codec of an instance writes of it; undefined for an object without a codec. */
  written(object: object): WrittenInstance | undefined {
    return written(object, (found) => this.refuse(found))
  }

  /** What was thrown, if by us; else the refusal of the value that threw it. */
  asOurs(error: unknown): unknown {
    return error === this.#thrown || WireError.is(error) ? error : this.refuse(caught(error))
  }

  /** Ends it at its end, and keeps no object of the user's. A walk that has thrown is not used again. */
  end(): void {
    this.#place = NOWHERE
    this.#root = undefined
    this.#windows = undefined
    this.#thrown = NOTHING
  }
}
