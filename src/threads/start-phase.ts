/** The error of a phase in which an object could not start: it names both, and has what was thrown as its cause. */

import { StartError, type StartPhase } from '../core/errors.ts'

export function startErrorIn(actor: string, phase: StartPhase, error: unknown): StartError {
  if (error instanceof StartError) return error
  const what =
    phase === 'load' ? 'could not be loaded' : phase === 'construct' ? 'could not be constructed' : `failed in ${phase}`
  return new StartError(`${actor} ${what}: ${error instanceof Error ? error.message : String(error)}`, {
    actor,
    phase,
    cause: error,
  })
}
