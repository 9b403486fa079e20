/**
 * Who wants to know when which object dies (S36), for objects and for tsworks itself (a Future fails when its last holder is gone).
 *
 *   this thread's objects    ──ended(), halted()──▶  local callbacks, and a `down` packet to each place that asked
 *   objects of other threads ◀─`watch`──   the first callback asks there, once
 *                            ──`down`──▶   callbacks;  the death of that thread does the same
 *
 * Of an object that is restarted only an incarnation is over: those who watch the object wait on. When its thread has died they are told by
 * the thread that it lives in next, or by the kernel, if it is dead. Each callback runs exactly once.
 */

import type { Place } from '../wire/kernel-protocol.ts'

interface Watch {
  /** Of what the end is told: of the object, or of the incarnation that lives now. */
  readonly of: 'object' | 'incarnation'
  readonly told: (reason: string) => void
}

export interface WatchesOptions {
  readonly here: Place
  /** Why an object that is not alive here has died. */
  readonly deathOf: (pid: number) => string | undefined
  /** Finds out where an object lives whose thread has died, or that it is dead. */
  readonly find: (pid: number, found: { at(place: Place): void; dead(reason: string): void }) => void
  /** Asks another thread to tell when `pid` dies; false if that thread is dead. */
  readonly ask: (place: Place, pid: number) => boolean
  readonly tell: (
    place: Place,
    down: { readonly pid: number; readonly isLast: boolean; readonly reason: string },
  ) => void
}

export class Watches {
  readonly #options: WatchesOptions
  readonly #watches = new Map<number, { place: Place; readonly list: Watch[] }>()
  /** Threads that want to know of an object here. */
  readonly #askers = new Map<number, Set<Place>>()

  constructor(options: WatchesOptions) {
    this.#options = options
  }

  /** Tells once when `pid`, which lives in `place`, is dead; soon, if it is dead already. Returns what forgets it. */
  watch(pid: number, place: Place, watch: Watch): () => void {
    const { here, deathOf, ask } = this.#options
    let entry = this.#watches.get(pid)
    if (entry === undefined) {
      const death = place === here ? deathOf(pid) : undefined
      if (death !== undefined) return soon(watch, death)
      const isAsked = place === here || ask(place, pid)
      if (!isAsked && watch.of === 'incarnation') return soon(watch, 'its thread has died')
      entry = { place, list: [] }
      this.#watches.set(pid, entry)
      if (!isAsked) this.#find(pid)
    }
    const { list } = entry
    list.push(watch)
    return () => {
      const at = list.indexOf(watch)
      if (at >= 0) list.splice(at, 1)
    }
  }

  /** Another thread asks to be told of an object here. */
  asked(place: Place, pid: number): void {
    const death = this.#options.deathOf(pid)
    if (death !== undefined) return this.#options.tell(place, { pid, isLast: true, reason: death })
    const places = this.#askers.get(pid)
    if (places === undefined) this.#askers.set(pid, new Set([place]))
    else places.add(place)
  }

  /** An object is dead, here or elsewhere. */
  died(pid: number, reason: string): void {
    const entry = this.#watches.get(pid)
    this.#watches.delete(pid)
    for (const place of this.#askers.get(pid) ?? []) this.#options.tell(place, { pid, isLast: true, reason })
    this.#askers.delete(pid)
    for (const { told } of entry?.list ?? []) told(reason)
  }

  /** An incarnation of an object is over, here or elsewhere, and another may follow. */
  incarnationEnded(pid: number, reason: string): void {
    for (const place of this.#askers.get(pid) ?? []) this.#options.tell(place, { pid, isLast: false, reason })
    const list = this.#watches.get(pid)?.list ?? []
    const over = list.filter(({ of }) => of === 'incarnation')
    // In place: what forgets a watch looks for it here.
    list.splice(0, list.length, ...list.filter(({ of }) => of === 'object'))
    for (const { told } of over) told(reason)
  }

  /** A thread has died with the incarnations that lived there, and wants to know of nobody any more. */
  placeDied(place: Place, reason: string): void {
    for (const [pid, entry] of [...this.#watches]) {
      if (entry.place !== place) continue
      this.incarnationEnded(pid, reason)
      if (entry.list.length === 0) this.#watches.delete(pid)
      else this.#find(pid)
    }
    for (const [pid, places] of this.#askers) if (places.delete(place) && places.size === 0) this.#askers.delete(pid)
  }

  /** Watches an object where it lives now. */
  #find(pid: number): void {
    this.#options.find(pid, {
      at: (place) => {
        const entry = this.#watches.get(pid)
        if (entry === undefined) return
        entry.place = place
        if (place === this.#options.here) {
          const death = this.#options.deathOf(pid)
          if (death !== undefined) this.died(pid, death)
        } else if (!this.#options.ask(place, pid)) this.#find(pid)
      },
      dead: (reason) => this.died(pid, reason),
    })
  }
}

function soon({ told }: Watch, reason: string): () => void {
  let forgotten = false
  queueMicrotask(() => {
    if (!forgotten) told(reason)
  })
  return () => {
    forgotten = true
  }
}
