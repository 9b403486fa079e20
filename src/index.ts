/**
 * tsworks: write a class; it runs in its own thread; call its methods from anywhere, with types.
 *
 * S4 and the like, here and in all that it exports, are the numbered clauses of docs/semantics.md, which stands in this package, with a
 * guide (docs/guide.md) beside it.
 *
 * All public names, and no other. Importing it in a thread that tsworks has made begins that thread's work (system/entry.ts).
 */

import './system/node-version.ts'
import './system/entry.ts'

export { Actor } from './core/actor.ts'
export { Task } from './core/task.ts'
export { State } from './core/state.ts'
export { Future } from './core/future.ts'
export { keep, type Kept, type Lent } from './core/keep.ts'
export type { FailurePolicy } from './core/failure.ts'
export type { Backoff, Budget, RestartType } from './core/restart.ts'
export type { DropReason } from './core/host.ts'
export type { Logger, LogLevel, LogLine } from './core/logger.ts'
export type { MailboxPolicy, Overflow } from './core/mailbox.ts'
export type { MessageInfo, SpawnOptions } from './core/object-context.ts'
export type { Registry } from './core/registry.ts'
export type { EventsOptions } from './core/arguments.ts'
export type {
  Accepted,
  AnyEvent,
  EventName,
  EventOf,
  Listener,
  NotAMethod,
  Notify,
  Remote,
  UntypedRemote,
} from './core/remote-type.ts'
export { call, nameOf, pidOf, tell, type CallOptions, type Tell } from './core/remote.ts'
export type { Movable } from './wire/movables.ts'
export { share, type Shared } from './wire/shared.ts'
export { transfer } from './wire/transfer.ts'
export {
  AbortError,
  ActorDead,
  BadConfiguration,
  BadDefinition,
  CannotBlockHere,
  CannotWaitHere,
  Deadlock,
  Released,
  FutureSettled,
  FutureShock,
  MailboxFull,
  NoSuchActor,
  NoSuchMethod,
  NotCloneable,
  NotInTurn,
  RemoteError,
  StartError,
  TsworksError,
  type Executed,
  type StartPhase,
} from './core/errors.ts'
export {
  actor,
  subsystem,
  task,
  type Definition,
  type DefinitionOptions,
  type Entries,
  type GroupOptions,
  type Subsystem,
  type ThreadOption,
} from './system/definitions.ts'
export { codec, type ClassFor, type Codec, type CyclicCodec, type ErrorClassCodec } from './wire/define-codec.ts'
export { defineConfig, type Config, type Settings } from './system/settings.ts'
export type { LogSettings } from './system/log.ts'
export { start, type Program } from './system/start.ts'
export { events } from './threads/events.ts'
export type { EventStream } from './threads/event-stream.ts'
export type { DeadLetterOptions, DeadLetterStream } from './system/dead-letter-streams.ts'
export type { System, SystemEvents, ThreadHeld, ThreadReport } from './system/system.ts'
export type {
  Counters,
  DeadLetter,
  Holder,
  ObjectInspection,
  Snapshot,
  StopReport,
  Strategy,
  ThreadInspection,
  ThreadStatus,
} from './wire/kernel-protocol.ts'
