/**
 * How often and how soon a supervisor restarts (S34): pure arithmetic on times that its caller reads from one monotonic clock.
 *
 * The budget is OTP's: at most `restarts` in any `within` ms; one more is one too many. The backoff is what Akka's BackoffSupervisor does:
 * longer each time, up to a cap, and short again for what has run well for a while.
 */

/** At most so many restarts in any so many ms. */
export interface Budget {
  readonly restarts: number
  /** ms */
  readonly within: number
}

/** How long to wait before a restart: `first` ms, each time `factor` times longer, `cap` ms at most, varied by up to `jitter` of it. */
export interface Backoff {
  /** ms */
  readonly first: number
  readonly factor: number
  /** ms */
  readonly cap: number
  /** 0.2: 20 % longer or shorter, by chance, so that those who crash together do not come back together. */
  readonly jitter: number
}

/** What a backoff does of which nothing more is said. */
export const DEFAULT_BACKOFF: Backoff = { first: 100, factor: 2, cap: 10_000, jitter: 0.2 }

export const EXPECTED_BACKOFF = '{ first, cap } in ms, factor from 1, jitter from 0 to 1'

/** Whether a value that somebody has written is some of a Backoff. */
export function isBackoff(value: unknown): value is Partial<Backoff> {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(([name, part]: [string, unknown]) => {
    const least = name === 'factor' ? 1 : 0
    return name in DEFAULT_BACKOFF && typeof part === 'number' && part >= least && !(name === 'jitter' && part > 1)
  })
}

/**
 * Which crashes a supervisor answers with a restart, as OTP calls them.
 *
 *   permanent   every one
 *   transient   every one (what ends by itself or was stopped has not crashed, here as there)
 *   temporary   none: the object has ended
 */
export type RestartType = 'permanent' | 'transient' | 'temporary'

/** Whether a value that somebody has written is a Budget. */
export function isBudget(value: unknown): value is Budget {
  if (typeof value !== 'object' || value === null) return false
  const { restarts, within } = value as Partial<Budget>
  return Number.isSafeInteger(restarts) && restarts! >= 0 && typeof within === 'number' && within > 0
}

export const DEFAULT_BUDGET: Budget = { restarts: 3, within: 5_000 }

/** The restarts of one supervisor in the stretch that its budget looks at. */
export class BudgetWindow {
  readonly budget: Budget
  /** When each was, oldest first; never more than the budget allows. */
  #times: number[] = []

  constructor(budget: Budget) {
    this.budget = budget
  }

  /** Takes one restart; false, and nothing taken, where that is one too many. */
  charge(now: number): boolean {
    const { restarts, within } = this.budget
    this.#times = this.#times.filter((time) => now - time < within)
    if (this.#times.length >= restarts) return false
    this.#times.push(now)
    return true
  }

  /** Begins anew: what it supervises has been restarted as a whole. */
  reset(): void {
    this.#times = []
  }
}

/** How long to wait before the restart number `attempt`, from 0; `chance` from 0 to 1. */
export function backoffMs(backoff: Backoff | undefined, attempt: number, chance: number): number {
  if (backoff === undefined) return 0
  const { first, factor, cap, jitter } = backoff
  const ms = Math.min(cap, first * factor ** attempt)
  return Math.max(0, Math.min(cap, ms * (1 + jitter * (2 * chance - 1))))
}
