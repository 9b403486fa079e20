/**
 * Every error that tsworks itself raises: one class for each thing that a caller can do about it.
 *
 * All have a stable `code`, and those of delivery say in `executed` whether the method ran:
 *
 *   'no'     it did not and never will: trying again is safe
 *   'maybe'  the other died, or time ran out, with the call in hand
 *   'yes'    it ran; only its result could not travel
 *
 * A message names the object, the call, what was expected, what was found, and the cure.
 */

/** Whether the method of a failed call ran. */
export type Executed = 'no' | 'maybe' | 'yes'

/** What an error of tsworks says besides its message. */
export interface TsworksErrorOptions {
  readonly code: string
  readonly executed?: Executed | undefined
  readonly cause?: unknown
}

/** The base of all errors of tsworks: `instanceof TsworksError` tells them from one's own. */
export class TsworksError extends Error {
  /** Stable, for programs to compare; the message is for people. */
  readonly code: string
  /** Whether the method ran, on errors of delivery. */
  readonly executed: Executed | undefined
  constructor(message: string, options: TsworksErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = options.code
    this.executed = options.executed
  }
  static {
    // On the prototype, so that it is not an own field that travels and prints with each error.
    Object.defineProperty(this.prototype, 'name', { value: 'TsworksError', configurable: true, writable: true })
  }
}

/** Gives a class of error its name, on the prototype; as a text, since a bundler may rename the class. */
function named(errorClass: { readonly prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true })
}

/** Time ran out before a Future had its value; the same Future may be asked again. */
export class FutureShock extends TsworksError {
  constructor(message: string, executed?: Executed) {
    super(message, { code: 'FUTURE_SHOCK', executed })
  }
  static {
    named(this, 'FutureShock')
  }
}

/** The object that was called is dead, or died before it answered. */
export class ActorDead extends TsworksError {
  /** The name of the dead one. */
  readonly actor: string
  constructor(actor: string, what: string, options: { readonly executed: Executed; readonly cause?: unknown }) {
    super(`${actor} is dead: ${what}`, { code: 'ACTOR_DEAD', ...options })
    this.actor = actor
  }
  static {
    named(this, 'ActorDead')
  }
}

/** There is no object of that name. */
export class NoSuchActor extends TsworksError {
  readonly actor: string
  constructor(actor: string, near: readonly string[]) {
    super(`there is no object named ${actor}${didYouMean(near)}`, { code: 'NO_SUCH_ACTOR', executed: 'no' })
    this.actor = actor
  }
  static {
    named(this, 'NoSuchActor')
  }
}

/** What only other States than the current one declare. */
export interface OfOtherStates {
  /** The current State; undefined where there is none. */
  readonly state: string | undefined
  /** The States that declare it. */
  readonly owners: readonly string[]
}

/** The object has no method of that name that can be called from outside. */
export class NoSuchMethod extends TsworksError {
  readonly actor: string
  readonly method: string
  constructor(actor: string, method: string, found: { readonly near: readonly string[] } | OfOtherStates) {
    super(
      'near' in found
        ? `${actor} has no method ${method} that can be called from outside${didYouMean(found.near)}`
        : `${actor} has no method ${method} while ${found.state === undefined ? 'it is in no State' : `its State is ${found.state}`}; ` +
            `${found.owners.join(' and ')} ${found.owners.length === 1 ? 'declares' : 'declare'} it`,
      { code: 'NO_SUCH_METHOD', executed: 'no' },
    )
    this.actor = actor
    this.method = method
  }
  static {
    named(this, 'NoSuchMethod')
  }
}

/** There was no room for the message in the mailbox of the object (S8); it was not begun. */
export class MailboxFull extends TsworksError {
  readonly actor: string
  readonly capacity: number
  constructor(
    actor: string,
    found: {
      readonly method: string
      readonly capacity: number
      readonly overflow?: keyof typeof WHY_FULL
    },
  ) {
    const { method, capacity, overflow = 'reject' } = found
    super(WHY_FULL[overflow](actor, `${actor}.${method}`, capacity), { code: 'MAILBOX_FULL', executed: 'no' })
    this.actor = actor
    this.capacity = found.capacity
  }
  static {
    named(this, 'MailboxFull')
  }
}

/** What MailboxFull says, by what happens in a mailbox that is full; `postponed`: a State keeps too many for later; `reader`: of a stream; `lent`: no mailbox at all. */
const WHY_FULL = {
  reject: (actor: string, call: string, capacity: number): string =>
    `${call} was not sent: the mailbox of ${actor} holds its ${capacity} messages; send slower, raise its ` +
    "capacity, or let senders wait (mailbox: { overflow: 'wait' })",
  wait: (actor: string, call: string, capacity: number): string =>
    `${call} was not sent: the mailbox of ${actor} holds its ${capacity} messages, and as many wait here for room; ` +
    `await what the method returns before you send more (await tell(${actor}).…(…) waits for room, not for an answer), ` +
    'or raise its capacity',
  'drop-newest': (actor: string, call: string, capacity: number): string =>
    `${call} was dropped: the mailbox of ${actor} holds its ${capacity} messages, and drops newer ones ` +
    "(overflow: 'drop-newest'); send slower, or raise its capacity",
  'drop-oldest': (actor: string, call: string, capacity: number): string =>
    `${call} was dropped: ${capacity} newer messages have come to the mailbox of ${actor}, which drops the oldest ` +
    "(overflow: 'drop-oldest'); send slower, or raise its capacity",
  reader: (actor: string, _: string, capacity: number): string =>
    `${actor}: more has come than its reader took: ${capacity} notifications waited, and there was no room for the next one; read faster, ` +
    "ask for less ({ only }), raise its capacity, or say what may be missed ({ overflow: 'drop-oldest' }), which `missed` counts",
  lent: (_actor: string, call: string, capacity: number): string =>
    `${call} was not called: ${capacity} calls of this function, which was lent, have no answer yet; await what it returns before you ` +
    'call it again',
  postponed: (actor: string, call: string, capacity: number): string =>
    `${call} was dropped: it was postponed, and ${capacity} postponed messages of ${actor} wait for a change of State ` +
    'already; raise its capacity, or handle some in this State',
}

/** A function that came with a message was called, or kept, after it had been given back; or a stream was read (S6). Nothing has run. */
export class Released extends TsworksError {
  /** Who had lent it. */
  readonly lender: string
  /** @param to what cannot be done: `be called` */
  constructor(lender: string, { what, to, why }: { readonly what: string; readonly to: string; readonly why: string }) {
    super(`${what} cannot ${to} any more: ${why}`, { code: 'RELEASED', executed: 'no' })
    this.lender = lender
  }
  static {
    named(this, 'Released')
  }
}

/** A value cannot travel between objects, or not as it should (shared, moved); nothing was sent. */
export class NotCloneable extends TsworksError {
  /** Where in the arguments the value stands: `args[0].cb`. */
  readonly path: string
  /** What stands there: `a function`. */
  readonly found: string
  constructor(
    path: string,
    found: string,
    options: {
      readonly executed: Executed
      readonly cure?: string
      /** What it cannot, in words; `cross` unless said. */
      readonly cannot?: 'cross' | 'be shared' | 'be moved'
    },
  ) {
    const { cure, cannot = 'cross' } = options
    super(`${path}: ${found} cannot ${cannot}${cure === undefined ? '' : `; ${cure}`}`, {
      code: 'NOT_CLONEABLE',
      executed: options.executed,
    })
    this.path = path
    this.found = found
  }
  static {
    named(this, 'NotCloneable')
  }
}

/** Puts the call before what a NotCloneable says, `worker.hello: args[0]…`: what refuses a value does not know for whom it is. */
export function namingCall(error: unknown, call: string): unknown {
  if (!(error instanceof NotCloneable)) return error
  const { message, stack } = error
  Object.defineProperty(error, 'message', { value: `${call}: ${message}`, configurable: true, writable: true })
  // V8 has put the message into the stack when the error was made.
  if (typeof stack === 'string')
    Object.defineProperty(error, 'stack', {
      value: stack.replace(message, () => error.message),
      configurable: true,
      writable: true,
    })
  return error
}

/** A Future that has its value, or its error, was given another. */
export class FutureSettled extends TsworksError {
  constructor(call: 'set' | 'fail', was: 'a value' | 'an error') {
    super(`future.${call}(): this Future has ${was} already, and a Future is settled once`, { code: 'FUTURE_SETTLED' })
  }
  static {
    named(this, 'FutureSettled')
  }
}

/** A blocking wait was tried in a place where nothing else could go on meanwhile. */
export class CannotBlockHere extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'CANNOT_BLOCK_HERE' })
  }
  static {
    named(this, 'CannotBlockHere')
  }
}

/** A call was awaited in a hook that must end before it could be answered. */
export class CannotWaitHere extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'CANNOT_WAIT_HERE', executed: 'no' })
  }
  static {
    named(this, 'CannotWaitHere')
  }
}

/** A call whose caller waits for itself, in a circle of objects that wait for each other (S18); all of them live on. */
export class Deadlock extends TsworksError {
  /** The handlers that wait, each for the object of the next, and the object of the first again: `['a.x', 'b.y', 'a']`. */
  readonly cycle: readonly string[]
  constructor(call: string, found: { readonly cycle: readonly string[]; readonly executed: Executed }) {
    super(
      `${call} cannot be answered, since its caller waits for itself: ${found.cycle.join(' → ')}; tell() it, return its Future instead of ` +
        'awaiting it, or let the one who is called take it meanwhile (static interleave, static reentrant)',
      { code: 'DEADLOCK', executed: found.executed },
    )
    this.cycle = found.cycle
  }
  static {
    named(this, 'Deadlock')
  }
}

/** A word that is only for the object itself, in its turn, was used outside it. */
export class NotInTurn extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'NOT_IN_TURN' })
  }
  static {
    named(this, 'NotInTurn')
  }
}

/** The call was cancelled. */
export class AbortError extends TsworksError {
  constructor(message: string, options?: { readonly executed?: Executed; readonly cause?: unknown }) {
    super(message, { code: 'ABORT_ERR', ...options })
  }
  static {
    named(this, 'AbortError')
  }
}

/** An error of a class that this thread does not know: name, message, code, fields, cause and stack are those of the original. */
export class RemoteError extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'REMOTE_ERROR' })
  }
  static {
    named(this, 'RemoteError')
  }
}

/** What the code says is wrong: a definition, a name, an option, an argument of a call of tsworks; nothing was done. */
export class BadDefinition extends TsworksError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, { code: 'BAD_DEFINITION', ...options })
  }
  static {
    named(this, 'BadDefinition')
  }
}

/** A setting or a configuration file is wrong, or cannot be read: what can be mended without a change of the classes. */
export class BadConfiguration extends TsworksError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, { code: 'BAD_CONFIGURATION', ...options })
  }
  static {
    named(this, 'BadConfiguration')
  }
}

/** What an object, or a whole system, was doing when its start failed. */
export type StartPhase =
  | 'plan'
  | 'thread'
  | 'load'
  | 'construct'
  | 'onInit'
  | 'configuration'
  | 'onConfigure'
  | 'onStart'

/** A system, or an object, could not start; what had started was stopped again, in reverse. */
export class StartError extends TsworksError {
  /** The object that failed; undefined where the plan itself is wrong. */
  readonly actor: string | undefined
  /** How far it had got. */
  readonly phase: StartPhase
  constructor(
    message: string,
    options: { readonly actor?: string | undefined; readonly phase: StartPhase; readonly cause?: unknown },
  ) {
    super(message, { code: 'START_FAILED', executed: 'no', ...('cause' in options ? { cause: options.cause } : {}) })
    this.actor = options.actor
    this.phase = options.phase
  }
  static {
    named(this, 'StartError')
  }
}

/** There is no connection over which it could be sent; nothing was. */
export class NotConnected extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'NOT_CONNECTED', executed: 'no' })
  }
  static {
    named(this, 'NotConnected')
  }
}

/** The connection has ended before it had what was asked of it; the peer may have got what was sent. */
export class ConnectionLost extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'CONNECTION_LOST', executed: 'maybe' })
  }
  static {
    named(this, 'ConnectionLost')
  }
}

/** The peer reads more slowly than is sent to it, and no more is kept for it; the telegram was not sent. */
export class SendBufferFull extends TsworksError {
  constructor(message: string) {
    super(message, { code: 'SEND_BUFFER_FULL', executed: 'no' })
  }
  static {
    named(this, 'SendBufferFull')
  }
}

/** The classes that are revived as themselves in every thread. */
export const ERROR_CLASSES: readonly (new (...args: never[]) => Error)[] = [
  TsworksError,
  FutureShock,
  ActorDead,
  NoSuchActor,
  NoSuchMethod,
  MailboxFull,
  Released,
  NotCloneable,
  FutureSettled,
  CannotBlockHere,
  CannotWaitHere,
  Deadlock,
  NotInTurn,
  AbortError,
  RemoteError,
  BadDefinition,
  BadConfiguration,
  StartError,
  NotConnected,
  ConnectionLost,
  SendBufferFull,
]

/** `; did you mean a or b?`, or nothing. */
function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`
}
