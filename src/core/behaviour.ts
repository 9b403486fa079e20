/**
 * Who handles what: the object, and the State that is current (S9, S23).
 *
 *   a message  ─▶ a method of the State? ─▶ a method of the Task? ─▶ onUnhandled of the State? ─▶ of the Task? ─▶ nobody
 *   a hook     ─▶ the State declares it? ─▶ the Task declares it? ─▶ nothing to do
 */

import { BadDefinition, NoSuchMethod } from './errors.ts'
import type { Message } from './message.ts'
import { nearNames } from './near-names.ts'
import { describe, traitsOf, type AnyClass, type Method, type Traits } from './traits.ts'
import type { Hook } from './words.ts'

/** A method and the object that it runs on. */
export interface Handler {
  readonly self: object
  readonly method: Method
  /** What it gets in place of the message's arguments. */
  readonly args?: readonly unknown[]
}

export class Behaviour {
  readonly object: object
  readonly traits: Traits
  #state: { readonly object: object; readonly traits: Traits } | undefined

  constructor(object: object, userClass: AnyClass) {
    this.object = object
    this.traits = traitsOf(userClass)
    statesOf(this.traits)
  }

  /** The States that the class lists; undefined where it lists none. */
  get states(): readonly AnyClass[] | undefined {
    return statesOf(this.traits)
  }

  /** The current State; undefined while the object itself is. */
  get state(): object | undefined {
    return this.#state?.object
  }

  get stateName(): string | undefined {
    return this.#state?.traits.className
  }

  setState(state: object, stateClass: AnyClass): void {
    this.#state = { object: state, traits: traitsOf(stateClass) }
  }

  /** Who handles a message; undefined if nobody does. */
  handlerOf(message: Message): Handler | undefined {
    const { own } = message
    if (own !== undefined) return { self: own, method: own.run }
    if (message.kind === 'down') return this.hook('onDown')
    const handler = this.#methodFor(message.method)
    if (handler !== undefined) return handler
    const unhandled = this.hook('onUnhandled')
    return unhandled === undefined ? undefined : { ...unhandled, args: [message.method, message.args] }
  }

  #methodFor(name: string): Handler | undefined {
    const ofState = this.#state?.traits.methods.get(name)
    if (ofState !== undefined) return { self: this.#state!.object, method: ofState }
    const ofObject = this.traits.methods.get(name)
    return ofObject === undefined ? undefined : { self: this.object, method: ofObject }
  }

  hook(name: Hook): Handler | undefined {
    const ofState = this.#state?.traits.hooks.has(name) === true
    if (!ofState && !this.traits.hooks.has(name)) return undefined
    const self = ofState ? this.#state!.object : this.object
    return { self, method: (self as Record<Hook, Method>)[name] }
  }

  /** Whether the object, its current State, or one that it lists has an `onTimeout`. */
  get wantsTimeout(): boolean {
    if (this.hook('onTimeout') !== undefined) return true
    return this.states?.some((state) => traitsOf(state).hooks.has('onTimeout')) ?? false
  }

  /** The error for a method that nobody has at the moment; `actor`: the name of the object. */
  noSuchMethod(actor: string, name: string): NoSuchMethod {
    const owners = (this.states ?? []).map(traitsOf).filter(({ methods }) => methods.has(name))
    if (owners.length === 0) return new NoSuchMethod(actor, name, { near: nearNames(name, this.methods) })
    return new NoSuchMethod(actor, name, {
      state: this.stateName,
      owners: owners.map(({ className }) => className),
    })
  }

  /** All that can be called from outside, those of the current State and of the listed ones included. */
  get methods(): ReadonlySet<string> {
    const known = new Set([...this.traits.methods.keys(), ...(this.#state?.traits.methods.keys() ?? [])])
    for (const state of this.states ?? []) for (const method of traitsOf(state).methods.keys()) known.add(method)
    return known
  }
}

/** By class, so that no object has a list of its own. */
const listed = new WeakMap<Traits, readonly AnyClass[]>()

function statesOf(traits: Traits): readonly AnyClass[] | undefined {
  if (traits.states === undefined) return undefined
  const known = listed.get(traits)
  if (known !== undefined) return known
  const states = listedStates(traits)
  if (states !== undefined) listed.set(traits, states)
  return states
}

/** Reads `static states`, and refuses what is no State. */
function listedStates({ className, states }: Traits): readonly AnyClass[] | undefined {
  const found: unknown = states?.()
  if (found === undefined) return undefined
  if (!Array.isArray(found))
    throw new BadDefinition(`${className}: expected static states = () => [A, B] as const; it gives ${describe(found)}`)
  for (const state of found as AnyClass[])
    if (typeof state !== 'function' || traitsOf(state).kind !== 'State')
      throw new BadDefinition(
        `${className}: static states lists ${describe(state)}, which is no class that extends State`,
      )
  return found as AnyClass[]
}
