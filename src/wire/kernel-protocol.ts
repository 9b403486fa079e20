/**
 * What threads and the kernel say to each other. One MessagePort for each thread, structured clone; nothing of a user's object passes
 * here (threads talk to each other over links of their own).
 *
 *   thread ──ToKernel──▶ kernel      asks and reports
 *   thread ◀─ToThread─── kernel      commands and news; the kernel rings the thread's bell after each, so a blocked one hears it
 *
 * Both are unions that every reader handles to the last (`satisfies never`).
 */

import type { FailurePolicy } from '../core/failure.ts'
import type { DropReason } from '../core/host.ts'
import type { Inspection } from '../core/inspection.ts'
import type { MessageKind } from '../core/message.ts'
import type { LogLevel } from '../core/logger.ts'
import type { Bound, MailboxPolicy } from '../core/mailbox.ts'
import type { Backoff, Budget, RestartType } from '../core/restart.ts'
import type { LinkHalf, LinkKind } from './link-pair.ts'

export const KERNEL_PROTOCOL_VERSION = 1

/** The number of a thread: 0 is the main thread, the others count up and are never used again. */
export type Place = number
export const MAIN_PLACE: Place = 0

/** An error on its way, as the codec writes it: class, fields and cause survive. */
export type ErrorBytes = Uint8Array

/** Where an object lives. */
export interface Location {
  readonly name: string
  readonly pid: number
  readonly place: Place
  readonly level: number
  /** undefined while it has no place yet. */
  readonly bound: Bound | undefined
  /** How long its callers wait for an answer, in ms, unless they say otherwise; without it, for ever (S15). */
  readonly callTimeout?: number | undefined
}

/** What a reader of notifications wants (`events(remote)`), which has no methods to say it by. */
export interface Reads {
  /** These output methods; all, where it does not say. */
  readonly only: readonly string[] | undefined
  /** Which call of its is answered, by `ended`, when the object has ended. */
  readonly untilEnded: number
}

/** Who observes an object. */
export interface Observer extends Location {
  readonly reads?: Reads | undefined
}

/** All that a thread must know to make one object. */
export interface ObjectPlan extends Location {
  readonly index: number
  /** The module that registers the definition, and the definition's key there. */
  readonly module: string
  readonly key: string
  /** The pid of the object that spawned it; 0 for those that start with the system. */
  readonly parent: number
  /** What its constructor gets, as the codec writes it. */
  readonly args: Uint8Array | undefined
  readonly failure: FailurePolicy
  /** 0 at first, one more after each restart (S39). */
  readonly incarnation: number
}

export type StartHook = 'onInit' | 'onConfigure' | 'onStart'

/** Thread → kernel. */
export type ToKernel =
  /** The host of this thread is up and can take commands. */
  | { readonly kind: 'up' }
  /** The host cannot come up: the entry module failed. */
  | { readonly kind: 'cannotStart'; readonly error: ErrorBytes }
  /** Answers a command of that number. */
  | { readonly kind: 'done'; readonly command: number }
  | { readonly kind: 'failed'; readonly command: number; readonly error: ErrorBytes }
  /** An object has ended, asked or by itself. */
  | { readonly kind: 'ended'; readonly pid: number; readonly name: string; readonly reason: string }
  /** From now on this thread gives these pids to the objects that are born in it (threads/births.ts). */
  | { readonly kind: 'pids'; readonly first: number; readonly count: number }
  /** One that was born in this thread is from now on the kernel's to look after, as all others; its parent is already. */
  | { readonly kind: 'born'; readonly plan: ObjectPlan }
  /** Answers `whoIs`: nobody of that pid lives here; `reason`: why it has ended, undefined for one that never was. */
  | { readonly kind: 'unborn'; readonly pid: number; readonly reason: string | undefined }
  /** An incarnation is over that nobody asked to end; its mail is kept. Answered by `make` for the next one, or by `end`. */
  | { readonly kind: 'crashed'; readonly pid: number; readonly reason: string }
  /** Wants a link to that thread; answered by `introduced`, or by `threadDied` if it is dead. */
  | { readonly kind: 'introduce'; readonly place: Place }
  /** Where does this name live, or the object of that pid, which somebody has spawned? Answered by `located`, once it is there. */
  | { readonly kind: 'locate'; readonly name: string; readonly pid: number | undefined }
  /** Makes a new object; answered by `spawned` or `notSpawned`. */
  | { readonly kind: 'spawn'; readonly wish: SpawnWish }
  /** Ends an object, a child of `by`; answered by `answer`. */
  | {
      readonly kind: 'stopObject'
      readonly request: number
      readonly pid: number
      readonly by: number
      readonly reason: string
    }
  /** End the thread of an object, wherever it stands, as if it had died by itself; answered by `answer` once it has. */
  | { readonly kind: 'killThread'; readonly request: number; readonly pid: number; readonly reason: string }
  /** Ends all children of an object that is about to end, the last one first; answered by `answer`. */
  | { readonly kind: 'stopChildren'; readonly request: number; readonly pid: number; readonly reason: string }
  | {
      readonly kind: 'inspected'
      readonly request: number
      readonly objects: readonly Inspection[]
    }
  /** An object of this thread is observed by another from now on, or no longer. */
  | { readonly kind: 'observing'; readonly observed: number; readonly observer: Observer; readonly on: boolean }
  /** This thread has heard of the death of that one: all that it had sent has been read, and what it will never answer is settled. */
  | { readonly kind: 'mourned'; readonly place: Place; readonly loss: Loss }
  /** From now on `id` in what this thread shows in shared memory means that method, class or State. */
  | { readonly kind: 'word'; readonly id: number; readonly text: string }
  /** More rows of its Panel (threads/panel.ts). */
  | { readonly kind: 'sheet'; readonly sheet: SharedArrayBuffer }
  /** From the main thread: start all of this. */
  | { readonly kind: 'begin'; readonly request: number; readonly program: ProgramPlan }
  /** From the main thread: stop all; answered by `answer` with a StopReport. */
  | { readonly kind: 'shutDown'; readonly request: number; readonly reason: string }
  | { readonly kind: 'snapshot'; readonly request: number }
  | { readonly kind: 'setLogLevel'; readonly level: LogLevel }
  /** So many messages wait for the object of that name, as a sender has seen. */
  | {
      readonly kind: 'crowded'
      readonly pid: number
      readonly name: string
      readonly place: Place
      readonly waiting: number
    }
  /** From the main thread: somebody listens to dead letters, or nobody any more; answered by `answer` once the threads know. */
  | { readonly kind: 'hearDeadLetters'; readonly request: number; readonly on: boolean }
  /** Messages that were not handled, and how many besides have found no room here; answered by `deadLettersTaken`. */
  | { readonly kind: 'deadLetters'; readonly letters: readonly DroppedMessage[]; readonly missed: number }
  /** From the main thread: it has those of that thread. */
  | { readonly kind: 'deadLettersTaken'; readonly place: Place }

/** Kernel → thread. */
export type ToThread =
  /**
   * Load the class and construct the object (whose cell stands ready if it starts with the system; whose halted cell hands its mail on, if
   * it is restarted); answered by `done` or `failed`.
   */
  | {
      readonly kind: 'make'
      readonly command: number
      readonly plan: ObjectPlan
      /** Who observes it already, since it lived in a thread that has died. */
      readonly observers: readonly Observer[]
    }
  /** Let messages in: all objects of their level have started. Answered by `done`. */
  | { readonly kind: 'open'; readonly command: number; readonly pids: readonly number[] }
  /** Run a hook of the start sequence (its configuration is read before onConfigure). */
  | { readonly kind: 'hook'; readonly command: number; readonly pid: number; readonly hook: StartHook }
  /** End an object; answered by `done` once it is dead. */
  | {
      readonly kind: 'end'
      readonly command: number
      readonly pid: number
      readonly reason: string
      readonly drain: boolean
    }
  /** End this incarnation of an object and keep its mail; answered by `done` once it is halted. */
  | { readonly kind: 'halt'; readonly command: number; readonly pid: number; readonly reason: string }
  /** End, or halt, an object that has not done so in its time, whatever it has in hand. */
  | { readonly kind: 'kill'; readonly pid: number; readonly reason: string; readonly keepMail: boolean }
  /** Leave this thread: nothing lives here any more. */
  | { readonly kind: 'exit' }
  /** To the main thread, before the first command: what other threads find in their boot. */
  | { readonly kind: 'cast'; readonly cast: Cast }
  | {
      readonly kind: 'introduced'
      readonly place: Place
      readonly half: LinkHalf
      readonly memory: SharedArrayBuffer
      /** The ledger of the two threads, and which side of it is this one's (threads/ledger.ts). */
      readonly ledger: SharedArrayBuffer
      readonly side: 0 | 1
    }
  /** `hadLeft`: it was told to, when nothing lived there any more; so what it has not answered it has not begun. */
  | { readonly kind: 'threadDied'; readonly place: Place; readonly reason: string; readonly hadLeft: boolean }
  | {
      readonly kind: 'located'
      readonly name: string
      readonly pid: number | undefined
      readonly location: Location | undefined
      /** Why the last one of that name has ended, where nobody has it now. */
      readonly death: string | undefined
      readonly near: readonly string[]
    }
  | { readonly kind: 'spawned'; readonly pid: number; readonly location: Location }
  /** Who has that pid, one of those that this thread gives? Answered by `born` or `unborn`. */
  | { readonly kind: 'whoIs'; readonly pid: number }
  | { readonly kind: 'notSpawned'; readonly pid: number; readonly error: ErrorBytes }
  /** To the main thread: a thread has died that nobody told to end. */
  | {
      readonly kind: 'threadFailed'
      readonly place: Place
      readonly label: string
      readonly error: ErrorBytes
      readonly reason: string
      /** The handler that held it. */
      readonly inHand:
        | { readonly name: string | undefined; readonly method: string; readonly ageMs: number }
        | undefined
      readonly restarting: readonly string[]
      readonly ended: readonly string[]
      /** What it means to all others; undefined where one of them was too busy to say so. */
      readonly loss: Loss | undefined
    }
  /** To the main thread: a thread has been held too long, or is free again. */
  | ({ readonly kind: 'held' } & Held)
  /** To the main thread: a thread that was told to end has not; nothing is heard of it any more. */
  | { readonly kind: 'threadGivenUp'; readonly place: Place; readonly label: string; readonly reason: string }
  /** Objects have ended with their thread, whose death was told before: their names mean whoever has them now. */
  | { readonly kind: 'endedWithThread'; readonly objects: readonly { readonly name: string; readonly pid: number }[] }
  /** To the main thread: for those who listen to the system's events. */
  | { readonly kind: 'objectEnded'; readonly name: string; readonly pid: number; readonly reason: string }
  | {
      readonly kind: 'objectRestarted'
      readonly name: string
      readonly pid: number
      readonly incarnation: number
      readonly reason: string
    }
  /** To the main thread: no restart has helped; the system stops. */
  | { readonly kind: 'escalated'; readonly reason: string }
  | { readonly kind: 'answer'; readonly request: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly request: number; readonly error: ErrorBytes }
  | { readonly kind: 'inspect'; readonly request: number }
  /** Does your event loop turn? Answered in shared memory. */
  | { readonly kind: 'probe'; readonly probe: number }
  /** Let all that is held for other threads leave, those that it is being introduced to included; answered by `done`, also while blocked. */
  | { readonly kind: 'handOver'; readonly command: number }
  /** The kernel has failed at what a message of this thread asked for, and goes on. */
  | { readonly kind: 'notDone'; readonly asked: ToKernel['kind']; readonly error: ErrorBytes }
  | { readonly kind: 'logLevel'; readonly level: LogLevel }
  /** To the main thread, for the log. `doing` says in words what the object's thread has in hand. */
  | { readonly kind: 'crowded'; readonly name: string; readonly waiting: number; readonly doing: string }
  | { readonly kind: 'hearDeadLetters'; readonly on: boolean }
  /** To the main thread. */
  | {
      readonly kind: 'deadLetters'
      readonly place: Place
      readonly letters: readonly DeadLetter[]
      readonly missed: number
    }
  | { readonly kind: 'deadLettersTaken' }

/** A message that was not handled, as its thread knows it. */
export interface DroppedMessage {
  readonly reason: DropReason
  readonly kind: MessageKind | 'answer' | 'record'
  readonly to: { readonly name: string; readonly pid: number | undefined } | undefined
  readonly method: string | undefined
  /** The pid of the object that sent it; OUTSIDE where none did. */
  readonly from: number
}

/** A message that was not handled; nothing of what it brought is in it (S1, S41). */
export interface DeadLetter {
  /** Why it was not handled; each is counted under this reason in the thread's counters, too. */
  readonly reason: DropReason
  /** `answer`: it came for a call or Future that was settled. `record`: bytes that could not be read. */
  readonly kind: MessageKind | 'answer' | 'record'
  /** Whom it was for; undefined for an answer or a record. A name that nobody has has no pid. */
  readonly to: { readonly name: string; readonly pid: number | undefined } | undefined
  readonly method: string | undefined
  /** The object that sent it; undefined for code that belongs to none. */
  readonly from: { readonly name: string; readonly pid: number } | undefined
  /** The thread that dropped it. */
  readonly place: Place
  readonly thread: string
}

export interface SpawnWish {
  readonly pid: number
  /** undefined: `key:pid`. */
  readonly name: string | undefined
  readonly key: string
  /** Whose child it is; 0 for one that outlives whoever made it. */
  readonly parent: number
  /** The thread of whoever spawns it. */
  readonly from: Place
  readonly args: Uint8Array | undefined
}

/** Where objects of a definition run. */
export type Placement =
  | { readonly kind: 'own' | 'main' | 'parent' }
  | { readonly kind: 'group'; readonly group: string; readonly threads: number | undefined }

/** What the kernel must know of a definition. */
export interface DefinitionPlan {
  readonly module: string
  readonly key: string
  readonly placement: Placement
  readonly level: number
  /** Heap limits and so on for a thread of its own, as Node's Worker takes them. */
  readonly resourceLimits: object | undefined
  /** Its configuration file, for inspection. */
  readonly conf: string | undefined
  readonly failure: FailurePolicy
  readonly mailbox: MailboxPolicy
  readonly callTimeout: number | undefined
  /** How long code of its objects may hold their thread, in ms (S37). */
  readonly maxHandlerTime: number | undefined
  readonly restart: RestartPlan
  /** The id of its group. */
  readonly group: string
}

/** What a thread must know of a definition whose objects may be born in it. */
export interface BirthPlan extends Pick<
  DefinitionPlan,
  'module' | 'key' | 'level' | 'failure' | 'mailbox' | 'callTimeout'
> {
  /** Whether the children of an object that is nobody's child are the kernel's to make, which spreads them over several threads. */
  readonly spreads: boolean
}

/** How objects of a definition are restarted. */
export interface RestartPlan {
  readonly type: RestartType
  readonly backoff: Backoff | undefined
}

/** Which others are restarted with the one that has crashed. */
export type Strategy = 'oneForOne' | 'oneForAll' | 'restForOne'

/** Objects with one supervisor (S35). */
export interface GroupPlan {
  readonly id: string
  /** For messages to people. */
  readonly label: string
  readonly strategy: Strategy
  readonly budget: Budget
}

/** A whole program, as the main thread hands it to the kernel. */
export interface ProgramPlan {
  readonly definitions: readonly DefinitionPlan[]
  /** Objects that start with the system, in order; `place` is the kernel's to choose and is not looked at. */
  readonly objects: readonly ObjectPlan[]
  readonly groups: readonly GroupPlan[]
  /** How often a group whose budget is spent is restarted as a whole. */
  readonly groupBudget: Budget
  readonly startTimeoutMs: number
  readonly stopTimeoutMs: number
  /** Without it nobody looks for threads that are held: in virtual time no code takes any. */
  readonly watchdog?: WatchdogTimes
  /** What each new thread gets besides (settings that travel). */
  readonly forThreads: unknown
  readonly linkKind: LinkKind
}

/** From when on a thread that is held counts as busy, and as stuck, in ms (S37). */
export interface WatchdogTimes {
  readonly busy: number
  readonly stuck: number
}

/**
 * How a thread is doing. `free`: its event loop turns; `busy` and `stuck`: it has not for so long, since some code does not return to it;
 * `waiting`: it waits in a blocking get().
 */
export type ThreadStatus = 'free' | 'busy' | 'stuck' | 'waiting'

/** Code that holds its thread: a handler that has not come back, or code of an object after an await, or in a callback of its making. */
export interface Holder {
  readonly name: string
  readonly pid: number
  /** The handler in hand; undefined where no handler is: a callback of the object's own making, or code that a handler has left behind. */
  readonly method: string | undefined
}

/** A thread that is held. */
export interface Held {
  readonly place: Place
  readonly label: string
  /** `free`: it was held, and is no longer. */
  readonly status: 'busy' | 'stuck' | 'free'
  /** How long it is held, or was. */
  readonly heldMs: number
  /** Whose code holds it. One, if that is known; several where one of them does; none where no object of the thread seems to. */
  readonly by: readonly Holder[]
  /** Of one that is stuck: where its JavaScript stands, innermost first, or why that is not known. */
  readonly stack: string | undefined
}

/** What a thread counts (S1, S13): nothing is dropped without one of these. */
export interface Counters {
  /** Calls, tells and notifications (each observer's) that its objects have sent. */
  readonly sent: number
  /** Calls, tells and notifications that its objects have begun, those that were postponed and wait again not. */
  readonly handled: number
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Failed Futures that nobody asked for (S16). */
  readonly unasked: number
}

/** What the death of one thread means to another (S33). */
export interface Loss {
  /** Calls that it may have begun: they have failed with executed 'maybe'. */
  readonly maybe: number
  /** Calls that it had not begun: they have failed with 'no'. */
  readonly no: number
  /** Messages that will never be handled; those calls are among them. */
  readonly messages: number
}

/** What a stop found (S30). */
export interface StopReport {
  /** Objects that had not ended when their time was over. */
  readonly late: readonly string[]
  /** Threads, by label, that did not leave by themselves and were ended the hard way. */
  readonly forced: readonly string[]
  /** Threads that could not even be ended, since they stand in native code; while one does, the process cannot exit by itself. */
  readonly givenUp: readonly string[]
}

/** What a thread is doing, seen from outside. */
export interface ThreadInspection {
  readonly place: Place
  readonly label: string
  readonly status: ThreadStatus
  /** How long it has been held, or has waited, in ms; 0 for one that is free. */
  readonly sinceMs: number
  /** Whether it has answered in time; one that has not is blocked, or in a long handler. */
  readonly answered: boolean
  /** What one that has not answered was doing, from shared memory (S41). */
  readonly busy: { readonly pid: number; readonly method: string; readonly ageMs: number } | undefined
  readonly counters: Counters
  /** Functions and AbortSignals of this thread that others hold now; what only grows here are functions that are kept and never let go. */
  readonly lent: number
}

/** All objects and threads of a system at one moment. */
export interface Snapshot {
  readonly objects: readonly ObjectInspection[]
  readonly threads: readonly ThreadInspection[]
  /** What all threads together have counted that have ended. */
  readonly ended: Counters
}

/** An object in a snapshot. One whose thread did not answer has only what the kernel and shared memory know. */
export interface ObjectInspection extends Partial<Inspection> {
  readonly name: string
  readonly pid: number
  readonly place: Place
  readonly thread: string
  /** Its configuration file, as the definition names it. */
  readonly conf: string | undefined
}

/** Who is there when the system starts. */
export interface Cast {
  /** Where everybody lives. */
  readonly locations: readonly Location[]
  /** How many each family has, by key, whoever of it has ended since; 0 for what is only spawned. */
  readonly families: Readonly<Record<string, number>>
  /** The objects of this thread: their cells are made at once, so that a message that comes early finds its mailbox. */
  readonly objects: readonly ObjectPlan[]
  /** What may be born in this thread. */
  readonly births: readonly BirthPlan[]
}

/** What a new thread finds in its workerData. */
export interface ThreadBoot {
  readonly version: typeof KERNEL_PROTOCOL_VERSION
  /** `lock-step`: a thread of objects that takes its steps with a simulation (testing/lock-step/). */
  readonly role: 'kernel' | 'thread' | 'lock-step'
  readonly place: Place
  /** What a thread is for, for messages to people: `counter`, `shared-1`. */
  readonly label: string
  readonly port: MessagePort
  /** See threads/shared-state.ts. */
  readonly systemMemory: SharedArrayBuffer
  readonly threadMemory: SharedArrayBuffer
  /** Why code here may not block in get(); undefined where the one object that lives here has the thread for itself. */
  readonly blockingForbidden: string | undefined
  readonly cast: Cast
  readonly forThreads: unknown
  /** To the kernel: Node's number of the thread that has made it, which is not 0 where a program runs in a Worker itself. */
  readonly mainThread?: number
}

type MessagePort = import('node:worker_threads').MessagePort
