import "../index.ts";
import { Program } from "../system/start.ts";
import { SpawnOptions } from "../core/object-context.ts";
import { DefinitionOf, IndexOf, Remote } from "../core/remote-type.ts";
import { Settings } from "../system/settings.ts";
import { FamilyKeyIn, MemberIn, NameIn, RemoteIn, SpawnedIn } from "../system/system-names.ts";
import { System } from "../system/system.ts";
import { Snapshot, StopReport } from "../wire/kernel-protocol.ts";
import "../system/definitions.ts";
import "../threads/host.ts";
import "../core/future.ts";
import "../core/scope.ts";
import "../core/trace.ts";
import "../core/clock.ts";
/** A handler that is open while nothing can run. */
interface Waiting {
  /** The object, and the method or hook that is open. */
  readonly name: string;
  readonly method: string;
  /** `answer`: of a call, or a Future made by hand; `time`: a pause; `outside`: nothing that the simulation knows. */
  readonly for: 'answer' | 'time' | 'outside';
  /** What it waits for, in words: `worker.hello`, `until 5 s`, `something outside`. */
  readonly what: string;
}
/** How a probe is made. */
interface ProbeOptions {
  /** Its name; `probe-1`, `probe-2` … unless given. */
  readonly name?: string;
  /** How long `expect` and `next` let time go on for a message, in virtual ms; 10,000 by default. */
  readonly within?: number;
}
/** What a probe got. */
interface Received {
  readonly method: string;
  readonly args: readonly unknown[];
}
/** The methods of a probe of which nothing is said. */
interface AnyMethods {
  readonly [name: string]: (...args: any[]) => unknown;
}
type MethodIn<Events> = keyof Events & string;
type ArgsOf<Method> = Method extends ((...args: infer A) => unknown) ? A : never;
/** What answers a method: a value, or a function of the arguments. */
type Answering = (...args: never[]) => unknown;
/** An object that a test has in a simulated system; `Events` are the methods that it may get. */
declare class Probe<Events = AnyMethods> {
  #private;
  /** Its Remote: hand it to other objects. */
  readonly remote: Remote<Events>;
  readonly name: string;
  /** All that it got so far. */
  get messages(): readonly Received[];
  /** What it got and nobody has looked at yet. */
  get unseen(): readonly Received[];
  /** Observes an object: its output methods arrive here. */
  observe(what: string | object): Promise<void>;
  /** Answers calls of a method from now on: what `answering` returns or throws. */
  answer(method: MethodIn<Events>, answering: Answering): this;
  /** The next message that nobody has looked at; time goes on until it comes, but not for ever. */
  next(): Promise<Received>;
  /**
   * Expects the next message that nobody has looked at to be this one; time goes on until it comes, but not for ever.
   *
   * @throws AssertionError that shows what came, or did not
   */
  expect<M extends MethodIn<Events>>(method: M, ...args: ArgsOf<Events[M]>): Promise<void>;
  /**
   * Expects that nothing has come that nobody has looked at, when all that can run without time has run.
   *
   * @throws AssertionError that shows what came
   */
  expectNothing(): Promise<void>;
}
/** One thing that has happened. */
interface TraceEntry {
  /** After how many steps of the scheduler. */
  readonly step: number;
  /** In virtual ms. */
  readonly time: number;
  readonly kind: 'send' | 'settled' | 'enqueue' | 'begin' | 'postpone' | 'end' | 'dropped' | 'wait' | 'pause' | 'enter' | 'leave' | 'halted' | 'lost' | 'restart' | 'ended';
  /** The name of the object that it happened to; `the test` for code outside any. */
  readonly object: string;
  /** In words: the method, and whom it was sent to or came from. */
  readonly what: string;
}
/** How a simulation runs; and the settings of a system. */
interface TestSettings extends Pick<Settings, 'log' | 'blockMain' | 'startTimeout' | 'stopTimeout' | 'groupBudget' | 'mailbox' | 'largeCopies'> {
  /** Which of the possible schedules: the same seed, the same steps; 1 by default. `explore` tries many. */
  readonly seed?: number;
  /** `import.meta.url`, where the program has paths (`conf`, the modules of a settings file) and no URL of its own. */
  readonly url?: string;
  /** How long `run` waits for something outside the simulation that makes no difference, in real ms; 2,000 by default. */
  readonly patience?: number;
  /**
   * The names of definitions whose objects run on real threads, in lock-step with the simulation, so that they may block in `get()`
   * whatever they wait for. Such a thread loads the module that calls `subsystem(import.meta.url, …)` with them.
   */
  readonly lockStep?: readonly string[];
  /** Whether what happens is kept, for `trace` and the check of invariants at `stop`; true by default. */
  readonly trace?: boolean;
}
/** A link between two threads, in one direction. */
interface TestLink {
  /** What is sent from now on takes that long, in virtual ms; 0 ends it. */
  delay(ms: number): void;
}
/**
 * Starts a system in this one thread, on virtual time.
 *
 * @param program what `start` takes: definitions by name, a subsystem, or what `defineConfig` gives
 * @throws StartError (as a rejection), as `start` does
 * @example
 * const sim = await testSystem({ door: task(Door) }, { seed: 42 })
 * await sim.run(sim.actor('door').open())
 * await sim.advance(5_000)
 * await sim.stop()
 */
export declare function testSystem<const T extends Program>(program: T, settings?: TestSettings): Promise<TestSystem<T>>;
/** A simulated system; `T` are the definitions that it was made with, whose names it knows. */
declare class TestSystem<T = unknown> implements AsyncDisposable {
  #private;
  /** The system itself, as `start` gives it: what it promises settles while the simulation runs (`sim.run(…)`). */
  readonly system: System<T>;
  readonly seed: number;
  /** Virtual time, in ms since the simulation began. */
  get now(): number;
  /** What `process.exitCode` would be in a real system: 0, or 1 once a failure has escalated (S34); that of the test's process stays as it is. */
  get exitCode(): number;
  /** What has happened, in order. */
  get trace(): readonly TraceEntry[];
  /** The Remote of an object; there is one for each, so `===` works. */
  actor<W extends NameIn<T> | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteIn<T, W>;
  /** The Remotes of a family, by index. */
  actors<W extends FamilyKeyIn<T> | DefinitionOf<unknown, true>>(what: W): MemberIn<T, W>[];
  /** Makes an object; its Remote is there at once, it itself when the simulation has run. */
  spawn<W extends NameIn<T> | FamilyKeyIn<T> | DefinitionOf<unknown>>(what: W, options?: SpawnOptions): SpawnedIn<T, W>;
  /**
   * Runs the simulation until `work` has settled. Time goes on as needed, when nothing else is left to do.
   *
   * @param work the Future of a call, or anything else that settles while the simulation runs
   * @returns what it settles with
   * @throws its error; a TsworksError with code STALLED that names who waits for what, where it will never settle
   * @example
   * const sum = await sim.run(sim.actor('worker').add(1, 2))
   */
  run<R>(work: PromiseLike<R>): Promise<R>;
  /** Lets `ms` pass: fires the timers that are due on the way, in order, and runs all that follows from them. */
  advance(ms: number): Promise<void>;
  /**
   * Runs the simulation until nothing can go on without time, or something outside.
   *
   * @returns the handlers that are still open, and what each waits for: an answer, time, or something outside
   */
  settle(): Promise<readonly Waiting[]>;
  /**
   * An object of the test: records what it is sent, and answers as it is told.
   *
   * @example
   * const probe = sim.probe<WorkerEvents>()
   * await probe.observe(sim.actor('worker'))
   * await sim.advance(1_000)
   * await probe.expect('workerDone', 'good work')
   */
  probe<Events = AnyMethods>(options?: ProbeOptions): Probe<Events>;
  /**
   * The link from the thread that one object lives in now to that of another; `main` is the test's own thread. One that dies and is made
   * again has new links.
   */
  link(from: NameIn<T> | 'main', to: NameIn<T> | 'main'): TestLink;
  /** Ends the thread of an object, as if it had died by itself, with all that lives in it (S33). */
  kill(name: NameIn<T>, reason?: string): void;
  /** All objects and threads, as they are now. */
  snapshot(): Promise<Snapshot>;
  /**
   * Stops the system, as `system.stop()` does. Idempotent.
   *
   * @throws a TsworksError with code BROKEN_PROMISE where what has happened breaks what tsworks promises (a fault of tsworks)
   */
  stop(): Promise<StopReport>;
  /** Stops it at the end of a block: `await using sim = await testSystem(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}
/** How many schedules, and the settings of each. */
interface ExploreSettings extends TestSettings {
  /** How many; 100 by default. */
  readonly runs?: number;
}
/**
 * Runs `test` with one simulation after the other, each with another schedule, and stops each.
 *
 * @param settings `seed` is the first one, 1 by default; the others count up
 * @throws a TsworksError with code SEED_FAILED that names the seed, its cause the error of the first run that failed; a run fails, too, where
 *   the test returns before what it has begun has ended, or leaves a rejected promise alone
 * @example
 * await explore({ door: task(Door) }, { runs: 50 }, async (sim) => {
 *   assert.equal(await sim.run(sim.actor('door').open()), 'open')
 * })
 */
export declare function explore<const T extends Program>(program: T, settings: ExploreSettings, test: (sim: TestSystem<T>) => void | Promise<void>): Promise<void>;
export type { Answering, AnyMethods, ExploreSettings, Probe, ProbeOptions, Received, TestLink, TestSettings, TestSystem, TraceEntry, Waiting };