/**
 * Who handles what: the object, and the State that is current (S9, S23).
 *
 *   a message  ─▶ a method of the State? ─▶ a method of the Task? ─▶ onUnhandled of the State? ─▶ of the Task? ─▶ nobody
 *   a hook     ─▶ the State declares it? ─▶ the Task declares it? ─▶ nothing to do
 */

import { nearNames } from './near-names.ts'
import { traitsOf, type AnyClass, type Method, type Traits } from './traits.ts'
import type { Hook } from './words.ts'

/** A method and the object that it runs on. */
export interface Handler {
  readonly self: object
  readonly method: Method
}

export class Behaviour {
  readonly object: object
  readonly traits: Traits
  #state: { readonly object: object; readonly traits: Traits } | undefined

  constructor(object: object) {
    this.object = object
    this.traits = traitsOf(object.constructor as AnyClass)
  }

  /** The current State; undefined while the object itself is. */
  get state(): object | undefined {
    return this.#state?.object
  }

  get stateName(): string | undefined {
    return this.#state?.traits.className
  }

  setState(state: object): void {
    this.#state = { object: state, traits: traitsOf(state.constructor as AnyClass) }
  }

  methodFor(name: string): Handler | undefined {
    const ofState = this.#state?.traits.methods.get(name)
    if (ofState !== undefined) return { self: this.#state!.object, method: ofState }
    const ofObject = this.traits.methods.get(name)
    return ofObject === undefined ? undefined : { self: this.object, method: ofObject }
  }

  hook(name: Hook): Handler | undefined {
    const self = this.#state?.traits.hooks.has(name) === true ? this.#state.object : this.traits.hooks.has(name) ? this.object : undefined
    return self === undefined ? undefined : { self, method: (self as Record<Hook, Method>)[name] }
  }

  /** Whether the object, its current State, or one that it lists has an `onTimeout`. */
  get wantsTimeout(): boolean {
    if (this.hook('onTimeout') !== undefined) return true
    return this.traits.states?.().some((state) => traitsOf(state).hooks.has('onTimeout')) ?? false
  }

  /** The method names most like one that nobody has. */
  near(name: string): string[] {
    const known = new Set([...this.traits.methods.keys(), ...(this.#state?.traits.methods.keys() ?? [])])
    for (const state of this.traits.states?.() ?? []) for (const method of traitsOf(state).methods.keys()) known.add(method)
    return nearNames(name, known)
  }
}
