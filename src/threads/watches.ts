/**
 * Who wants to know when which object dies (S36), for objects and for tsworks itself (a Future fails when its last holder is gone).
 *
 *   this thread's objects    ──ended()──▶  local callbacks, and a `down` packet to each place that asked
 *   objects of other threads ◀─`watch`──   the first callback asks there, once
 *                            ──`down`──▶   all callbacks, once;  the death of that thread does the same
 *
 * Each callback runs exactly once.
 */

import type { Place } from '../wire/kernel-protocol.ts'

type Told = (reason: string) => void

export interface WatchesOptions {
  readonly here: Place
  /** Why an object that is not alive here has died. */
  readonly deathOf: (pid: number) => string | undefined
  /** Why a thread has died. */
  readonly deathOfPlace: (place: Place) => string | undefined
  /** Asks another thread to tell when `pid` dies; false if that thread is dead. */
  readonly ask: (place: Place, pid: number) => boolean
  readonly tell: (place: Place, pid: number, reason: string) => void
}

export class Watches {
  readonly #options: WatchesOptions
  readonly #callbacks = new Map<number, { readonly place: Place; readonly told: Told[] }>()
  /** Threads that want to know of an object here. */
  readonly #askers = new Map<number, Set<Place>>()

  constructor(options: WatchesOptions) {
    this.#options = options
  }

  /** Calls `told` once when `pid`, which lives in `place`, is dead; soon, if it is dead already. Returns what forgets it. */
  watch(pid: number, place: Place, told: Told): () => void {
    const { here, deathOf, deathOfPlace, ask } = this.#options
    let entry = this.#callbacks.get(pid)
    if (entry === undefined) {
      const death = place === here ? deathOf(pid) : undefined
      if (death !== undefined) return soon(told, death)
      if (place !== here && !ask(place, pid)) return soon(told, deathOfPlace(place) ?? 'its thread has died')
      entry = { place, told: [] }
      this.#callbacks.set(pid, entry)
    }
    const { told: list } = entry
    list.push(told)
    return () => {
      const at = list.indexOf(told)
      if (at >= 0) list.splice(at, 1)
    }
  }

  /** Another thread asks to be told of an object here. */
  asked(place: Place, pid: number): void {
    const death = this.#options.deathOf(pid)
    if (death !== undefined) return this.#options.tell(place, pid, death)
    const places = this.#askers.get(pid)
    if (places === undefined) this.#askers.set(pid, new Set([place]))
    else places.add(place)
  }

  /** An object is dead, here or elsewhere. */
  died(pid: number, reason: string): void {
    const entry = this.#callbacks.get(pid)
    this.#callbacks.delete(pid)
    for (const place of this.#askers.get(pid) ?? []) this.#options.tell(place, pid, reason)
    this.#askers.delete(pid)
    for (const told of entry?.told ?? []) told(reason)
  }

  /** All objects of a thread are dead, and it wants to know of nobody any more. */
  placeDied(place: Place, reason: string): void {
    for (const [pid, entry] of [...this.#callbacks]) if (entry.place === place) this.died(pid, reason)
    for (const [pid, places] of this.#askers) if (places.delete(place) && places.size === 0) this.#askers.delete(pid)
  }
}

function soon(told: Told, reason: string): () => void {
  let forgotten = false
  queueMicrotask(() => {
    if (!forgotten) told(reason)
  })
  return () => {
    forgotten = true
  }
}
