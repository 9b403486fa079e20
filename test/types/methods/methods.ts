// What a method, a field, a hook and a word of ours become in a Remote.

import { type Accepted, Actor, Future, type Remote, Task, tell } from 'tsworks'

class Worker extends Task {
  opened = 0
  readonly callback = (): void => {}
  #secret = 1
  protected inner(): number {
    return this.#secret
  }
  get size(): number {
    return this.opened
  }
  _private(): void {}
  onStart(): void {}
  onTimeout(): void {}

  plain(n: number, text: string): number {
    return n + text.length
  }
  async later(n: number): Promise<string> {
    return String(n)
  }
  nothing(): void {}
  future(): Future<number> {
    return new Future<number>()
  }
  optional(n: number, text?: string): number {
    return n + (text?.length ?? 0)
  }
  rest(first: string, ...more: number[]): number {
    return first.length + more.length
  }
  options({ size = 1 }: { readonly size?: number } = {}): number {
    return size
  }
  union(what: 'a' | 'b'): 'x' | 'y' {
    return what === 'a' ? 'x' : 'y'
  }
  readonlyRest(...names: readonly string[]): number {
    return names.length
  }
  tuples(...args: readonly [string] | readonly [number, string]): number {
    return args.length
  }
  place(): { readonly at: { readonly x: number } } {
    return { at: { x: this.#secret } }
  }
  async placeLater(): Promise<{ readonly at: { readonly x: number } }> {
    return this.place()
  }
  other(): Remote<Worker> {
    return this.self<Worker>()
  }
  use(worker: Remote<Worker>): Future<number> {
    return worker.plain(1, 'x')
  }
  static ofTheClass(): number {
    return 1
  }
}

declare const worker: Remote<Worker>

export const plain: Future<number> = worker.plain(1, 'x')
export const later: Future<string> = worker.later(1)
export const nothing: Future<void> = worker.nothing()
export const future: Future<number> = worker.future()
export const optional: Future<number>[] = [worker.optional(1), worker.optional(1, 'x')]
export const rest: Future<number>[] = [worker.rest('x'), worker.rest('x', 1, 2, 3)]
export const options: Future<number>[] = [worker.options(), worker.options({ size: 2 }), worker.options({})]
export const union: Future<'x' | 'y'> = worker.union('a')
export const readonlyRest: Future<number> = worker.readonlyRest('a', 'b')
export const toldRest: Accepted = tell(worker).readonlyRest('a')
export const tuples: Future<number>[] = [worker.tuples('x'), worker.tuples(1, 'x')]
export const place: Future<{ readonly at: { readonly x: number } }> = worker.place()
export const x: number = (await worker.placeLater()).at.x
// Of an object that is given as a result or as an argument there is a Remote on both sides.
export const other: Future<Remote<Worker>> = worker.other()
export const ofOther: Future<number> = (await worker.other()).plain(1, 'x')
export const used: Future<number> = worker.use(worker)

// @ts-expect-error Type 'Future<number>' is not assignable to type 'Future<string>'
export const wrongResult: Future<string> = worker.plain(1, 'x')
// @ts-expect-error Type 'Future<number>' is not assignable to type 'number'
export const notAwaited: number = worker.plain(1, 'x')

// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
worker.plain('1', 'x')
// @ts-expect-error Expected 2 arguments, but got 1
worker.plain(1)
// @ts-expect-error Expected 2 arguments, but got 3
worker.plain(1, 'x', true)
// @ts-expect-error Expected 1-2 arguments, but got 0
worker.optional()
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
worker.rest('x', 1, '2')
// @ts-expect-error 'sise' does not exist in type '{ readonly size?: number
worker.options({ sise: 1 })
// @ts-expect-error Argument of type '"c"' is not assignable to parameter of type '"a" | "b"'
worker.union('c')
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
worker.readonlyRest('a', 1)
// @ts-expect-error Argument of type '[1]' is not assignable to parameter of type 'readonly [string] | readonly [number, string]'
worker.tuples(1)
// @ts-expect-error Argument of type 'Worker' is not assignable to parameter of type 'Remote<Worker>'
worker.use(new Worker())
// @ts-expect-error Property 'y' does not exist on type '{ readonly x: number; }'
void (await worker.place()).at.y
// @ts-expect-error Property 'ofTheClass' does not exist on type 'Remote<Worker>'
worker.ofTheClass()

// @ts-expect-error Property 'plian' does not exist on type 'Remote<Worker>'. Did you mean 'plain'?
worker.plian(1, 'x')
// @ts-expect-error Property 'onStart' does not exist on type 'Remote<Worker>'
worker.onStart()
// @ts-expect-error Property 'onTimeout' does not exist on type 'Remote<Worker>'
worker.onTimeout()
// @ts-expect-error Property 'onStop' does not exist on type 'Remote<Worker>'
worker.onStop('')
// @ts-expect-error Property '_private' does not exist on type 'Remote<Worker>'
worker._private()
// @ts-expect-error Property 'inner' does not exist on type 'Remote<Worker>'
worker.inner()
// @ts-expect-error Property 'become' does not exist on type 'Remote<Worker>'
worker.become(Worker)
// @ts-expect-error Property 'log' does not exist on type 'Remote<Worker>'
worker.log.info('x')
// @ts-expect-error Property 'then' does not exist on type 'Remote<Worker>'
worker.then()

// @ts-expect-error Type 'NotAMethod<"a field cannot be read from outside; write a method">' is not assignable to type 'number'
export const field: number = worker.opened
// @ts-expect-error Type 'NotAMethod<"a field cannot be read from outside; write a method">' is not assignable to type 'number'
export const getter: number = worker.size
// @ts-expect-error Type 'NotAMethod<"a field cannot be read from outside; write a method">' has no call signatures
worker.opened()
// @ts-expect-error Cannot assign to 'opened' because it is a read-only property
worker.opened = 3

// Overloads: up to three survive, one by one.
class Overloaded extends Actor {
  two(what: number): 'n'
  two(what: string): 's'
  two(what: number | string): 'n' | 's' {
    return typeof what === 'number' ? 'n' : 's'
  }
  three(what: 'a'): 1
  three(what: 'b', more: number): 2
  three(what: string): 3
  three(what: string): 1 | 2 | 3 {
    return what === 'a' ? 1 : what === 'b' ? 2 : 3
  }
  async asynchronous(what: number): Promise<'n'>
  async asynchronous(what: string): Promise<'s'>
  async asynchronous(what: number | string): Promise<'n' | 's'> {
    return typeof what === 'number' ? 'n' : 's'
  }
  async four(what: 1): Promise<'1'>
  async four(what: 2): Promise<'2'>
  async four(what: 3): Promise<'3'>
  async four(what: 4): Promise<'4'>
  async four(what: number): Promise<string> {
    return String(what)
  }
}

declare const overloaded: Remote<Overloaded>

export const n: Future<'n'> = overloaded.two(1)
export const s: Future<'s'> = overloaded.two('x')
export const one: Future<1> = overloaded.three('a')
export const two: Future<2> = overloaded.three('b', 1)
export const three: Future<3> = overloaded.three('c')
// An async method passes as it is, however many it has.
export const asyncN: Promise<'n'> = overloaded.asynchronous(1)
export const asyncS: Promise<'s'> = overloaded.asynchronous('x')
export const first: Promise<'1'> = overloaded.four(1)
export const fourth: Promise<'4'> = overloaded.four(4)
// @ts-expect-error Argument of type 'boolean' is not assignable to parameter of type 'string'
overloaded.two(true)
// @ts-expect-error Type 'Future<"n">' is not assignable to type 'Future<"s">'
export const mixed: Future<'s'> = overloaded.two(1)

// Generic methods: an async one passes as it is; another keeps what does not hang on its type parameters.
class Generic extends Actor {
  async same<T>(value: T): Promise<T> {
    return value
  }
  async pick<T, K extends keyof T>(from: T, key: K): Promise<T[K]> {
    return from[key]
  }
  count<T>(values: readonly T[]): number {
    return values.length
  }
  now<T>(value: T): T {
    return value
  }
  pickNow<T, K extends keyof T>(from: T, key: K): T[K] {
    return from[key]
  }
}

declare const generic: Remote<Generic>

export const text: Promise<string> = generic.same('x')
export const size: Promise<number> = generic.pick({ size: 1 }, 'size')
export const count: Future<number> = generic.count(['x'])
export const now: Future<unknown> = generic.now('x')
export const pickedNow: Future<unknown> = generic.pickNow({ size: 1 }, 'size')
// @ts-expect-error Argument of type '"sise"' is not assignable to parameter of type '"size"'
export const wrongKey: Promise<number> = generic.pick({ size: 1 }, 'sise')
// @ts-expect-error Type 'Future<unknown>' is not assignable to type 'Future<string>'
export const lost: Future<string> = generic.now('x')

// What a class inherits from another class of the user's is there, too.
class Special extends Worker {
  extra(): boolean {
    return true
  }
}
declare const special: Remote<Special>
export const inherited: Future<number> = special.plain(1, 'x')
export const extra: Future<boolean> = special.extra()
export const narrower: Remote<Worker> = special
// @ts-expect-error Property 'extra' is missing in type
export const wider: Remote<Special> = worker
