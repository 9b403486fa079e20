/** Copies within a thread of what goes back and forth besides arguments, as a link would make them (S5). */

import { inspect } from 'node:util'
import { namingCall } from '../core/errors.ts'
import type { Outcome } from '../core/future.ts'
import { copyValue } from '../wire/copy.ts'
import { sentWithin } from '../wire/within.ts'
import type { Parts } from './parts.ts'

/** Results are copies too; one that cannot travel is an error of its own, since the method has run (S11). `what`: the call. */
export function copiedOutcome(outcome: Outcome, parts: Parts, what: string): Outcome {
  try {
    return outcome.ok
      ? { ok: true, value: sentWithin(outcome.value, parts, { path: 'result', executed: 'yes' }) }
      : { ok: false, error: sentWithin(outcome.error, parts, { path: 'error', executed: 'yes' }) }
  } catch (error) {
    return { ok: false, error: namingCall(error, what) }
  }
}

/** The reason of a cancel; a text where it cannot travel, since nobody is there to refuse it to. */
export function copiedReason(reason: unknown, { passOn }: Parts): unknown {
  try {
    return copyValue(reason, { passOn, place: { path: 'reason', executed: 'no' } })
  } catch {
    return inspect(reason)
  }
}
