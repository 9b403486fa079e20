/** `events(remote)`: what an object notifies, as an async iterable, for code that is no observer: the main program, a test. */

import { checkEventsOptions, type EventsOptions } from '../core/arguments.ts'
import { checkedTarget } from '../core/remote.ts'
import type { EventName, EventOf } from '../core/remote-type.ts'
import { namedTargetOf } from './directory.ts'
import type { EventStream } from './event-stream.ts'

/**
 * The notifications of an object, from now on, as `{ method, args }`. Each call opens a stream of its own; all get all.
 *
 * It begins with the call: what you call on the object afterwards is seen; for what others make it notify, await `ready` first. It outlives
 * restarts of the object, and is `done` when that has ended for good, or the system has stopped, and all has been read. Leaving the loop,
 * `return()` or the end of a `using` block end it at once. In an object it also ends with that object's incarnation, and a handler that
 * reads it keeps other messages waiting (S4).
 *
 * @param options which ones (`only`), how many wait for their reader (`capacity`, in notifications) and what becomes of one more (`overflow`),
 *   and a `signal` that ends it
 * @returns a stream; its `next()` rejects once with ActorDead or NoSuchActor where there is no such object, with MailboxFull where its
 *   reader was too slow, with AbortError when the signal has aborted, and is `done` from then on
 * @throws BadDefinition for what is no Remote, or options that are none
 *
 * @example
 * for await (const { method, args } of events(system.actor('door'), { only: ['opened'] })) {
 *   console.log(method, args[0])
 *   if (args[0] === 3) break
 * }
 */
export function events<R extends object, const Name extends EventName<R> = EventName<R>>(
  remote: R,
  options: EventsOptions<Name> = {},
): EventStream<EventOf<R, Name>> {
  const { name } = checkedTarget(remote, 'events(remote)')
  const target = namedTargetOf(remote, 'events(remote)')
  checkEventsOptions(`events(${name}, options)`, options)
  return target.directory.events(target, options)
}
