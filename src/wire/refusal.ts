/**
 * How a value is refused that cannot cross: where it stands, what it is, and the cure.
 *
 *   args[0].seen: a WeakMap cannot cross; …
 *   args[1].list[3]              an element        args[0]["odd key"]       a key that is no word
 *   args[0].byName.get("k")      a value of a Map  args[0].byName.keys()[2] the third key of a Map
 *   args[0].all.values()[0]      of a Set          args[0].price.write().unit    in what a codec wrote
 */

import { types } from 'node:util'
import { NotCloneable, type Executed } from '../core/errors.ts'
import { MAX_DEPTH } from './kinds.ts'

/** What is being sent: the path of the whole, and whether its method has run by then. */
export interface Place {
  readonly path: string
  readonly executed: Executed
}

/** One step from a value into it: the key of a property, an index, or a way into a Map, a Set, or what the codec of an instance wrote. */
export type Step =
  | string
  | number
  | { readonly of: 'value' | 'key' | 'member'; readonly key: unknown; readonly nth: number }
  | typeof INTO_FORM

export const INTO_FORM = { of: 'form' } as const

/** What was found that cannot cross. */
export interface Found {
  /** Reads like English, with its article. */
  readonly found: string
  /** What it cannot, in words; `cross` unless said. */
  readonly cannot?: 'be shared' | 'be moved'
  readonly cure?: string | undefined
  readonly cause?: unknown
}

/** The error for what was found at the end of `steps`. */
export function refusal(place: Place, steps: readonly Step[], { found, cannot, cure, cause }: Found): NotCloneable {
  const error = new NotCloneable(place.path + shownSteps(steps), found, {
    executed: place.executed,
    ...(cure === undefined ? {} : { cure }),
    ...(cannot === undefined ? {} : { cannot }),
  })
  if (cause !== undefined) Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true })
  return error
}

export const TOO_DEEP: Found = {
  found: `a value nested deeper than ${MAX_DEPTH}`,
  cure: 'send it in parts, or as a list',
}

const GONE_CURE = 'its bytes were transferred away, or cut off by a resize; send it before that'

export const GONE_BYTES: Found = { found: 'a detached ArrayBuffer', cure: GONE_CURE }

export const GONE_VIEW: Found = { found: 'a view on bytes that are gone', cure: GONE_CURE }

/** What was found where code of the user's, in a getter or a trap, or as `found` says, threw `error`. */
export function caught(
  error: unknown,
  found = (shown: string): string => `a value that throws when it is read (${shown})`,
): Found {
  // Just as well a value that is nested deep, and met a stack that was nearly full already.
  if (isStackOverflow(error)) return TOO_DEEP
  // Whoever prints an error prints its cause too, and a JavaScript Proxy may throw then.
  return { found: found(shownError(error)), cause: types.isProxy(error) ? undefined : error }
}

/** Runs no code of the user's, which may have thrown anything. */
function isStackOverflow(error: unknown): boolean {
  if (!types.isNativeError(error) || Object.getPrototypeOf(error) !== RangeError.prototype) return false
  return Object.getOwnPropertyDescriptor(error, 'message')?.value === 'Maximum call stack size exceeded'
}

export function shownError(error: unknown): string {
  try {
    return String(error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** Longer paths are shown without their middle. */
const MOST_STEPS = 24

function shownSteps(steps: readonly Step[]): string {
  const shown =
    steps.length <= MOST_STEPS
      ? steps.map(shownStep)
      : [...steps.slice(0, 12).map(shownStep), '…', ...steps.slice(-4).map(shownStep)]
  return shown.join('')
}

const WORD = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

function shownStep(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'string') return WORD.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  if (step.of === 'form') return '.write()'
  if (step.of === 'key') return `.keys()[${step.nth}]`
  if (step.of === 'member') return `.values()[${step.nth}]`
  if (typeof step.key === 'string') return `.get(${JSON.stringify(step.key)})`
  const isShown = typeof step.key === 'number' || typeof step.key === 'boolean' || step.key === undefined
  return isShown ? `.get(${step.key})` : `.values()[${step.nth}]`
}
