/** Copies within a thread of what goes back and forth besides arguments, as a link would make them (S5). */

import { inspect } from 'node:util'
import { namingCall } from '../core/errors.ts'
import type { Outcome } from '../core/future.ts'
import { Misread } from '../wire/codec.ts'
import { copyValue } from '../wire/copy.ts'
import { isScalar } from '../wire/scalars.ts'
import { keptToSend, sentWithin } from '../wire/within.ts'
import type { Parts } from './parts.ts'

/** Results are copies too; one that cannot travel is an error of its own, since the method has run (S11). */
export function copiedOutcome(outcome: Outcome, parts: Parts, call: { readonly what: string }): Outcome {
  if (outcome.ok && isScalar(outcome.value) && parts.largeCopies.isOff) return outcome
  const { what } = call
  const copied = parts.largeCopies.ofResult(() => what)
  try {
    return outcome.ok
      ? arrived(
          { ok: true, value: sentWithin(outcome.value, { ...parts, copied }, { path: 'result', executed: 'yes' }) },
          call,
        )
      : arrived({ ok: false, error: sentWithin(outcome.error, parts, { path: 'error', executed: 'yes' }) }, call)
  } catch (error) {
    return { ok: false, error: namingCall(error, what) }
  }
}

/** An item of a stream, as it is when it is given; it leaves later. Throws where it cannot travel. */
export function copiedItem(item: unknown, parts: Parts, owner: string): unknown {
  try {
    const place = { path: 'item', executed: 'yes' } as const
    const copy = keptToSend(item, parts, place)
    if (Misread.is(copy)) throw copy.error(place)
    return copy
  } catch (error) {
    throw namingCall(error, `${owner}'s stream`)
  }
}

/**
 * What a Future made by hand is given by code here, for those who ask for it. Throws where it cannot travel.
 *
 * @param keeps it is sent to the thread that has made the Future: what moves there is copied here
 */
export function copiedGiven(outcome: Outcome, parts: Parts, keeps: boolean): Outcome {
  const given = outcome.ok ? outcome.value : outcome.error
  if (isScalar(given)) return outcome
  const place = { path: outcome.ok ? 'future.set(value)' : 'future.fail(error)', executed: 'no' } as const
  const copy = sentWithin(given, { ...parts, keeps, copied: keeps ? undefined : parts.largeCopies.ofFuture }, place)
  return arrived(outcome.ok ? { ok: true, value: copy } : { ok: false, error: copy }, undefined)
}

/** An outcome that has come to whoever waits for it; an error of its own where its codecs could not make it again. */
export function arrived(outcome: Outcome, call: { readonly what: string } | undefined): Outcome {
  const content = outcome.ok ? outcome.value : outcome.error
  if (!Misread.is(content)) return outcome
  const error = content.error({ path: outcome.ok ? 'result' : 'error', executed: 'yes' })
  return { ok: false, error: call === undefined ? error : namingCall(error, call.what) }
}

/** The reason of a cancel; a text where it cannot travel, since nobody is there to refuse it to. */
export function copiedReason(reason: unknown, { passOn }: Parts): unknown {
  try {
    return arrivedReason(copyValue(reason, { passOn, place: { path: 'reason', executed: 'no' } }))
  } catch {
    return inspect(reason)
  }
}

/** The reason of a cancel that has come; a text where its codecs could not make it again. */
export function arrivedReason(reason: unknown): unknown {
  return Misread.is(reason) ? reason.text : reason
}
