/**
 * Does a wait stand in a circle? The search for it, from hop to hop (S18). Pure: who asks whom, and how, is the caller's affair.
 *
 *   start:  b.y waits for a ──▶ what keeps a?  a.x waits for b ──▶ what keeps b?  b.y: the start, a circle
 *
 * Whoever waits looks once, when its wait is 0.5 s old, and follows only waits that are *older* than its own. So of a circle exactly one
 * wait finds it, the youngest, which has closed it; two that close one at the same moment are told apart by thread and number.
 *
 * Why there is no false alarm. The hops are looked at one after the other, in several threads, and a circle of things that were there one
 * after the other is none. But a wait has a number that is never used again, and a time when it began, on a clock that all threads share.
 * One that is seen now, and that began no later than the start did, has stood all the time between: so all that are found stood together when
 * the start had just begun, which is before anybody asks. And what each waits for was open then, since it is open when it is seen. A circle, once it stands, stands until
 * somebody gives up: nobody in it can go on.
 *
 * Why none is missed. Of a circle that stands, the youngest wait looks later than all others have begun, and finds them where they are.
 */

import type { Place } from '../wire/kernel-protocol.ts'

/** A wait, as others see it. */
export interface Edge {
  /** Its thread, and its number there. */
  readonly place: Place
  readonly number: number
  /** When it began, on the clock of all threads, in ms. */
  readonly since: number
}

/** What keeps that which a wait waits for. */
export interface Behind<E extends Edge> {
  readonly waits: readonly E[]
  /** It could not be told yet: to be asked again later. */
  readonly isUnsure: boolean
}

export type Verdict<E extends Edge> =
  | { readonly kind: 'circle'; readonly circle: readonly E[] }
  | { readonly kind: 'none' | 'unsure' }

/** A wait that was found, and the one before it. */
interface Step<E extends Edge> {
  readonly wait: E
  readonly from: Step<E> | undefined
}

/**
 * Searches for a circle through `start`; calls `told` once. `ask` gives, now or later, what keeps that which a wait waits for.
 */
export function searchCircle<E extends Edge>(
  start: E,
  ask: (wait: E, answer: (behind: Behind<E>) => void) => void,
  told: (verdict: Verdict<E>) => void,
): void {
  const search = {
    open: [{ wait: start, from: undefined }] as Step<E>[],
    isUnsure: false,
    isAsking: false,
    isOver: false,
  }
  const seen = new Set<string>()
  const end = (verdict: Verdict<E>): void => {
    search.isOver = true
    told(verdict)
  }
  const take = (from: Step<E>, behind: Behind<E>): void => {
    search.isUnsure ||= behind.isUnsure
    for (const wait of behind.waits) {
      if (wait.place === start.place && wait.number === start.number)
        return end({ kind: 'circle', circle: wayTo(from) })
      const key = `${wait.place} ${wait.number}`
      if (!isOlder(wait, start) || seen.has(key)) continue
      seen.add(key)
      search.open.push({ wait, from })
    }
  }
  // Answers from this thread come at once: a loop, since along a long chain it would be a deep recursion.
  const goOn = (): void => {
    while (!search.isAsking && !search.isOver) {
      const step = search.open.pop()
      if (step === undefined) return end({ kind: search.isUnsure ? 'unsure' : 'none' })
      search.isAsking = true
      let isNow = true
      ask(step.wait, (behind) => {
        search.isAsking = false
        take(step, behind)
        if (!isNow) goOn()
      })
      isNow = false
    }
  }
  goOn()
}

function wayTo<E extends Edge>(last: Step<E>): readonly E[] {
  const way: E[] = []
  for (let step: Step<E> | undefined = last; step !== undefined; step = step.from) way.push(step.wait)
  return way.toReversed()
}

function isOlder(wait: Edge, than: Edge): boolean {
  if (wait.since !== than.since) return wait.since < than.since
  return wait.place === than.place ? wait.number < than.number : wait.place < than.place
}
