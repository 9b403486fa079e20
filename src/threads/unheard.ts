/** What the log says of a message that nobody handles, where its sender gets no answer that could say it (S9, S22). */

import type { Cell } from '../core/cell.ts'
import type { DropReason } from '../core/host.ts'
import type { Message } from '../core/message.ts'

/** Undefined for a call, whose caller has the error, and for other reasons. `nameOf` gives the name of whoever sent the message. */
export function whyUnheard(
  cell: Cell,
  { kind, method, from }: Message,
  reason: DropReason,
  nameOf: (pid: number) => string,
): (() => string) | undefined {
  if (reason !== 'no such method') return undefined
  const { name } = cell
  const noSuchMethod = (): string => cell.behaviour.noSuchMethod(name, method).message
  if (kind === 'tell') return noSuchMethod
  if (kind !== 'notify') return undefined
  return () =>
    `${name} observes ${nameOf(from)}, which notifies ${method}, but ${noSuchMethod()}; declare it in ${name}, or let the class of ` +
    `${nameOf(from)} list static events = ['${method}'] as const, so that observe() refuses who lacks one`
}
