/** How the kernel finds out what all threads are doing (S41): it asks them, and reads shared memory where a thread does not answer. */

import type { Clock } from '../core/clock.ts'
import type { Inspection } from '../core/inspection.ts'
import type { Place, ThreadInspection, ToKernel, ToThread } from '../wire/kernel-protocol.ts'
import { endsWithin } from './ends-within.ts'
import type { Guard, GuardedThread } from './guard.ts'
import type { Shown } from './panel.ts'

/** How long a thread may take to answer before shared memory is read instead, in ms. */
const ANSWER_MS = 250

type Answer = Extract<ToKernel, { readonly kind: 'inspected' }>

/** What was found out. */
export interface Inspected {
  readonly threads: readonly ThreadInspection[]
  /** Objects of the threads that have answered. */
  readonly objects: readonly (Inspection & { readonly place: Place })[]
  /** Objects of those that have not, from shared memory. */
  readonly shown: readonly Shown[]
}

export interface InspectionsOptions {
  readonly clock: Clock
  readonly guard: Guard
  readonly tell: (place: Place, message: ToThread) => void
}

export class Inspections {
  readonly #options: InspectionsOptions
  /** Who waits for the answer of which thread, by the number of the question. */
  readonly #waiting = new Map<number, Map<Place, (answer: Answer) => void>>()
  #lastRequest = 0

  constructor(options: InspectionsOptions) {
    this.#options = options
  }

  answered(place: Place, answer: Answer): void {
    this.#waiting.get(answer.request)?.get(place)?.(answer)
  }

  async inspect(threads: readonly GuardedThread[]): Promise<Inspected> {
    const { guard, tell } = this.#options
    const request = ++this.#lastRequest
    const waiting = new Map<Place, (answer: Answer) => void>()
    this.#waiting.set(request, waiting)
    const objects: (Inspection & { readonly place: Place })[] = []
    const shown: Shown[] = []
    const rows = await Promise.all(
      threads.map(async (thread): Promise<ThreadInspection> => {
        const { place, label } = thread
        const answered = new Promise<Answer>((resolve) => waiting.set(place, resolve))
        tell(place, { kind: 'inspect', request })
        const answer = (await endsWithin(this.#options.clock, ANSWER_MS, answered)) ? await answered : undefined
        if (answer === undefined) for (const row of guard.shown(thread)) shown.push(row)
        else for (const object of answer.objects) objects.push({ ...object, place })
        const busy = answer === undefined ? guard.holderOf(thread) : undefined
        const { counts } = thread.memory
        const standing = { ...guard.standingOf(place), answered: answer !== undefined, busy }
        return { place, label, ...standing, counters: counts.read(), lent: counts.lentNow }
      }),
    )
    this.#waiting.delete(request)
    return { threads: rows, objects, shown }
  }
}
