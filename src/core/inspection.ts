/** What inspection shows of an object (S41): plain data, fit to travel. No payload is in it. */

export interface Inspection {
  readonly name: string
  readonly pid: number
  readonly index: number
  readonly level: number
  readonly class: string
  readonly mode: 'made' | 'starting' | 'running' | 'draining' | 'ending' | 'dead'
  /** The current State's class; undefined while the object itself handles messages. */
  readonly state: string | undefined
  /** The States that the class lists. */
  readonly states: readonly string[]
  /** What can be called from outside, those of its States included. */
  readonly methods: readonly string[]
  /** Messages that are not begun, the postponed ones included. */
  readonly queue: number
  readonly postponed: number
  /** The handler in hand and its age in ms. */
  readonly handling: { readonly method: string; readonly ageMs: number } | undefined
  readonly handled: number
  readonly failed: number
}
