/**
 * What a program hands to the words of tsworks, checked where it does so: the compiler checks most of it, but not for those who have
 * none, nor behind an `any`. A wrong one is refused at once, in the name of the call.
 */

import { BadDefinition } from './errors.ts'
import { EXPECTED_MAILBOX, isMailbox, type Overflow } from './mailbox.ts'
import { nearNames } from './near-names.ts'
import type { Named, SpawnOptions } from './object-context.ts'
import type { CallOptions } from './remote.ts'
import { describe } from './traits.ts'

/** The name that `actor(what, index)` means; `call` is how it was said, as in `door.actor(what)`. */
export function nameOfWhat(call: string, what: string | Named, index?: number): string {
  if (typeof what === 'string') return what
  const key = keyOf(what)
  if (key === undefined) throw new BadDefinition(`${call}: expected a name or a definition, found ${describe(what)}`)
  if (index === undefined) return key
  if (!Number.isSafeInteger(index) || index < 0)
    throw new BadDefinition(`${call}: expected an index from 0, which one of a family, found ${describe(index)}`)
  return `${key}#${index}`
}

/** Throws unless `observed` is one of the three things that name an object; `isRemote` knows the third. */
export function checkObserved(call: string, observed: unknown, isRemote: (value: unknown) => boolean): void {
  if (typeof observed !== 'string' && !isRemote(observed) && keyOf(observed) === undefined)
    throw new BadDefinition(`${call}: expected a name, a definition or a Remote, found ${describe(observed)}`)
}

const SPAWN_OPTIONS = ['name', 'detached', 'args'] as const satisfies readonly (keyof SpawnOptions)[]

/** Throws unless this is what `spawn(what, options)` takes; whether there is such a definition, the kernel knows. */
export function checkSpawn(call: string, what: unknown, options: unknown): void {
  if (typeof what !== 'string' && keyOf(what) === undefined)
    throw new BadDefinition(`${call}: expected the key of a definition, or a definition, found ${describe(what)}`)
  const { name, detached, args } = checkedOptions<SpawnOptions>(call, options, SPAWN_OPTIONS)
  const refuse = (expected: string, found: unknown): never => {
    throw new BadDefinition(`${call}: expected ${expected}, found ${describe(found)}`)
  }
  if (name !== undefined && typeof name !== 'string') refuse("name: 'a-name'", name)
  if (detached !== undefined && typeof detached !== 'boolean') refuse('detached: true or false', detached)
  if (args !== undefined && !Array.isArray(args)) refuse('args: an array, of what the constructor gets', args)
}

const CALL_OPTIONS = ['timeout', 'signal'] as const satisfies readonly (keyof CallOptions)[]

/** Throws unless these are options of `call(remote, options)`; the timeout is checked where it is used. */
export function checkCallOptions(call: string, options: unknown): void {
  checkSignal(call, checkedOptions<{ readonly signal?: unknown }>(call, options, CALL_OPTIONS).signal)
}

function checkSignal(call: string, signal: unknown): void {
  if (signal !== undefined && !isSignal(signal))
    throw new BadDefinition(
      `${call}: expected signal: an AbortSignal, as new AbortController().signal is one, found ${describe(signal)}`,
    )
}

/** What a stream of notifications is opened with. */
export interface EventsOptions<Name extends string = string> {
  /** Which output methods; all, unless it says so. The others are not even sent. */
  readonly only?: readonly Name[]
  /** How many notifications wait for their reader; 65,536 by default, as in any mailbox. */
  readonly capacity?: number
  /**
   * What happens to one more: the stream ends with MailboxFull (`reject`, the default), or one is missed, which `missed` counts: the new one
   * (`drop-newest`), or the one that has waited longest (`drop-oldest`). A notification never waits for its reader.
   */
  readonly overflow?: Exclude<Overflow, 'wait'>
  /** Ends it, with AbortError, when it aborts. */
  readonly signal?: AbortSignal
}

const EVENTS_OPTIONS = ['only', 'capacity', 'overflow', 'signal'] as const satisfies readonly (keyof EventsOptions)[]

/** Throws unless these are options of `events(remote, options)`. */
export function checkEventsOptions(call: string, options: unknown): void {
  const { only, signal, ...mailbox } = checkedOptions<Readonly<Record<string, unknown>>>(call, options, EVENTS_OPTIONS)
  const refuse = (expected: string, found: unknown): never => {
    throw new BadDefinition(`${call}: expected ${expected}, found ${describe(found)}`)
  }
  if (only !== undefined && !(Array.isArray(only) && only.length > 0 && only.every((name) => typeof name === 'string')))
    refuse("only: the names of output methods, as ['opened']", only)
  if (mailbox.overflow === 'wait')
    refuse("overflow: 'reject', 'drop-newest' or 'drop-oldest', since no notifier waits for a reader", 'wait')
  if (!isMailbox(mailbox)) refuse(EXPECTED_MAILBOX, mailbox)
  checkSignal(call, signal)
}

/** The options, of which all names are known; throws for a name that is not, with the near ones. */
function checkedOptions<T extends object>(call: string, options: unknown, known: readonly string[]): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new BadDefinition(
      `${call}: expected options as an object, { ${known.join(', ')} }, found ${describe(options)}`,
    )
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const near = nearNames(name, known)
    throw new BadDefinition(
      `${call}: there is no option ${name}; ${near.length === 0 ? `it has ${known.join(', ')}` : `did you mean ${near.join(' or ')}?`}`,
    )
  }
  return options as T
}

/** The key of a definition; undefined for what is none. */
function keyOf(what: unknown): string | undefined {
  const key: unknown = typeof what === 'object' && what !== null && 'key' in what ? what.key : undefined
  return typeof key === 'string' ? key : undefined
}

/** Also one of another realm, or one that a library makes. */
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener } = Object(value) as {
    readonly aborted?: unknown
    readonly addEventListener?: unknown
  }
  return typeof aborted === 'boolean' && typeof addEventListener === 'function'
}
