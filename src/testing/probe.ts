/**
 * Probe: an object of the test. It observes others, is called by them, and records all that it gets.
 *
 *   worker ──notify──▶ ┌───────┐ ──▶ messages, in the order in which they came ──expect(), next()──▶ looked at, one by one
 *   client ──call────▶ │ probe │ ◀── answer('hello', 42): what it answers; undefined without
 *                      └───────┘
 *
 * It lives on the test's own thread, as an Actor that is spawned: what is sent to it travels as to any other object.
 */

import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import { Actor } from '../core/actor.ts'
import { checkedMs } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { BadDefinition } from '../core/errors.ts'
import type { Remote } from '../core/remote-type.ts'
import { traitsOf } from '../core/traits.ts'
import { actor, keyed, type Subsystem } from '../system/definitions.ts'
import { namedTargetOf } from '../threads/directory.ts'
import type { ThreadHost } from '../threads/host.ts'
import type { Driver } from './driver.ts'

/** How a probe is made. */
export interface ProbeOptions {
  /** Its name; `probe-1`, `probe-2` … unless given. */
  readonly name?: string
  /** How long `expect` and `next` let time go on for a message, in virtual ms; 10,000 by default. */
  readonly within?: number
}

/** What a probe got. */
export interface Received {
  readonly method: string
  readonly args: readonly unknown[]
}

/** The methods of a probe of which nothing is said. */
export interface AnyMethods {
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of them
  readonly [name: string]: (...args: any[]) => unknown
}

type MethodIn<Events> = keyof Events & string
type ArgsOf<Method> = Method extends (...args: infer A) => unknown ? A : never

/** What answers a method: a value, or a function of the arguments. */
export type Answering = (...args: never[]) => unknown

/** The key of the definition that probes are spawned from; not a name that a program gives by chance. */
const KEY = 'tsworks-probe'
const DEFAULT_WITHIN_MS = 10_000

/** An object that a test has in a simulated system; `Events` are the methods that it may get. */
export class Probe<Events = AnyMethods> {
  /** Its Remote: hand it to other objects. */
  readonly remote: Remote<Events>
  readonly name: string
  readonly #driver: Driver
  readonly #within: number
  readonly #messages: Received[] = []
  readonly #answers = new Map<string, Answering>()
  readonly #made: Promise<Actor>
  #seen = 0

  /** @internal */
  constructor(how: {
    readonly name: string
    readonly remote: object
    readonly driver: Driver
    readonly within: number
    readonly made: Promise<Actor>
  }) {
    this.name = how.name
    this.remote = how.remote as Remote<Events>
    this.#driver = how.driver
    this.#within = how.within
    this.#made = how.made
  }

  /** All that it got so far. */
  get messages(): readonly Received[] {
    return this.#messages
  }

  /** What it got and nobody has looked at yet. */
  get unseen(): readonly Received[] {
    return this.#messages.slice(this.#seen)
  }

  /** Observes an object: its output methods arrive here. */
  async observe(what: string | object): Promise<void> {
    const call = `${this.name}.observe(what)`
    const observer = await this.#driver.run(this.#made, call)
    await this.#driver.run((observer as { observe(what: string | object): PromiseLike<void> }).observe(what), call)
  }

  /** Answers calls of a method from now on: what `answering` returns or throws. */
  answer(method: MethodIn<Events>, answering: Answering): this {
    this.#answers.set(method, answering)
    return this
  }

  /** The next message that nobody has looked at; time goes on until it comes, but not for ever. */
  async next(): Promise<Received> {
    const found = await this.#find(`${this.name}.next()`)
    if (found !== undefined) return found
    throw this.#wrong(`${this.name}.next(): expected a message within ${shownMs(this.#within)}, found none`, undefined)
  }

  /**
   * Expects the next message that nobody has looked at to be this one; time goes on until it comes, but not for ever.
   *
   * @throws AssertionError that shows what came, or did not
   */
  async expect<M extends MethodIn<Events>>(method: M, ...args: ArgsOf<Events[M]>): Promise<void> {
    const expected: Received = { method, args }
    const found = await this.#find(`${this.name}.expect(${method})`)
    if (found === undefined)
      throw this.#wrong(`${this.name}: expected ${method} within ${shownMs(this.#within)}, found nothing`, { expected })
    if (found.method !== method || !isDeepStrictEqual(found.args, args))
      throw this.#wrong(`${this.name}: expected ${textOf(expected)}, found ${textOf(found)}`, {
        expected,
        actual: found,
      })
  }

  /**
   * Expects that nothing has come that nobody has looked at, when all that can run without time has run.
   *
   * @throws AssertionError that shows what came
   */
  async expectNothing(): Promise<void> {
    const call = `${this.name}.expectNothing()`
    await this.#driver.run(this.#made, call)
    await this.#driver.settle(call)
    const [found] = this.unseen
    if (found !== undefined)
      throw this.#wrong(`${this.name}: expected nothing, found ${textOf(found)}`, {
        expected: undefined,
        actual: found,
      })
  }

  /**
   * A message has come.
   *
   * @internal
   */
  received(method: string, args: readonly unknown[]): unknown {
    this.#messages.push({ method, args })
    return this.#answers.get(method)?.(...(args as never[]))
  }

  async #find(call: string): Promise<Received | undefined> {
    if (await this.#driver.until(() => this.#messages.length > this.#seen, this.#within, call))
      return this.#messages[this.#seen++]
    // One that could not be made is not one that gets nothing.
    await this.#driver.run(this.#made, call)
    return undefined
  }

  #wrong(message: string, what: { readonly expected: unknown; readonly actual?: unknown } | undefined): AssertionError {
    return new AssertionError({
      message: `${message} (seed ${this.#driver.seed})`,
      operator: 'probe',
      actual: what?.actual,
      expected: what?.expected,
    })
  }
}

function textOf({ method, args }: Received): string {
  return `${method}(${args.map((value) => shown(value)).join(', ')})`
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? 'an object' : String(value)
}

/** The probes of one simulation. */
export interface Probes {
  /** What a program has besides, so that probes can be spawned. */
  readonly subsystem: Subsystem
  make<Events>(driver: Driver, host: ThreadHost, options: ProbeOptions): Probe<Events>
}

/** Probes have the output methods that the classes of a program list, so that they may observe them (S22). */
export function makeProbes(program: readonly Subsystem[]): Probes {
  const probes = new Map<number, Probe<unknown>>()
  const whenMade = new Map<number, (made: Actor) => void>()
  let last = 0

  class ProbeActor extends Actor {
    readonly #id: number

    constructor(id: number) {
      super()
      this.#id = id
      whenMade.get(id)?.(this)
    }

    override onUnhandled(method: string, args: readonly unknown[]): unknown {
      return probes.get(this.#id)?.received(method, args)
    }
  }

  for (const { source } of program.flatMap((subsystem) => Object.values(subsystem)))
    for (const event of source.kind === 'class' ? traitsOf(source.userClass).events : [])
      Object.defineProperty(ProbeActor.prototype, event, {
        configurable: true,
        value(this: ProbeActor, ...args: unknown[]): unknown {
          return this.onUnhandled(event, args)
        },
      })

  return {
    subsystem: keyed('tsworks:probes', { [KEY]: actor(ProbeActor, { count: 0, thread: 'main' }) }),
    make: <Events>(driver: Driver, host: ThreadHost, { name, within = DEFAULT_WITHIN_MS }: ProbeOptions) => {
      const id = ++last
      const called = name ?? `probe-${id}`
      checkedMs(within, 'sim.probe({ within })')
      if (name === KEY) throw new BadDefinition(`sim.probe({ name }): ${KEY} is a name of tsworks; give it another one`)
      const { promise: made, resolve, reject } = Promise.withResolvers<Actor>()
      // Whoever uses the probe is told.
      made.catch(() => {})
      whenMade.set(id, resolve)
      const remote = host.spawn(undefined, KEY, { name: called, args: [id] })
      namedTargetOf(remote, 'sim.probe()').whenLocated({ go: () => {}, fail: reject })
      const probe = new Probe<Events>({ name: called, remote, driver, within, made })
      probes.set(id, probe)
      return probe
    },
  }
}
