// tell, call, nameOf, pidOf, and where a Future may stand.

import { type Accepted, call, Future, nameOf, pidOf, type Remote, Task, tell } from 'tsworks'

class Worker extends Task {
  add(n: number): number {
    return n
  }
  over(n: number): 'n'
  over(s: string): 's'
  over(what: number | string): 'n' | 's' {
    return typeof what === 'number' ? 'n' : 's'
  }
  startLongWork(answer: Future<number>): void {
    answer.set(42)
  }
  restart(): void {
    // A Remote of oneself: the class says what it has, since `this` cannot.
    tell(this.self<Worker>()).add(1)
    void this.self<Worker>().add(1)
    // @ts-expect-error Property 'ad' does not exist on type 'Remote<Worker>'
    void this.self<Worker>().ad(1)
  }
}

declare const worker: Remote<Worker>

// One way; it may be awaited all the same, for "accepted". No Promise, so that no lint asks for that.
export const accepted: Accepted = tell(worker).add(1)
export const awaitable: PromiseLike<void> = tell(worker).add(1)
// @ts-expect-error is missing the following properties from type 'Promise<void>'
export const noPromise: Promise<void> = tell(worker).add(1)
tell(worker).add(1)
tell(worker).over(1)
tell(worker).over('x')
tell(worker).startLongWork(new Future<number>())
await tell(worker).add(1)
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
tell(worker).add('1')
// @ts-expect-error No overload matches this call
tell(worker).over(true)
// @ts-expect-error Property 'ad' does not exist on type 'Tell<Remote<Worker>>'
tell(worker).ad(1)
// @ts-expect-error Type 'void' is not assignable to type 'number'
export const noAnswer: number = await tell(worker).add(1)
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'object'
tell('worker')
// @ts-expect-error Argument of type 'Future<string>' is not assignable to parameter of type 'Future<number>'
tell(worker).startLongWork(new Future<string>())

export const inTime: Future<number> = call(worker, { timeout: 500 }).add(1)
export const cancellable: Future<'n'> = call(worker, { signal: AbortSignal.timeout(1) }).over(1)
// @ts-expect-error 'timout' does not exist in type 'CallOptions'
call(worker, { timout: 500 })
// @ts-expect-error Type 'string' is not assignable to type 'number'
call(worker, { timeout: '500' })
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
void call(worker, { timeout: 500 }).add('1')

export const name: string = nameOf(worker)
export const pid: number | undefined = pidOf(worker)

// A Future wherever a Promise is asked for.
export const promise: Promise<number> = worker.add(1)
export const like: PromiseLike<number> = worker.add(1)
export const all: readonly [number, 'n'] = await Promise.all([worker.add(1), worker.over(1)])
export const value: number = await worker.add(1)
export const limited: number = await worker.add(1).within(100)
export const blocking: number = worker.add(1).get(100)
export const chained: Promise<string> = worker
  .add(1)
  .then((sum) => sum.toFixed(1))
  .catch(() => '')
  .finally(() => {})
export async function forwarded(): Promise<number> {
  return worker.add(1)
}
function takesPromise(of: Promise<number>): Promise<number> {
  return of
}
await takesPromise(worker.add(1))
// PyWorks' transparent Future.
export const sum: number = +worker.add(1) + 2
export const shown: string = `${worker.add(1)}`

const answer = new Future<number>()
answer.set(1)
answer.fail(new Error('no'))
answer.cancel('too late')
export const ready: boolean = answer.isReady
// @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
answer.set('1')
// @ts-expect-error Type 'Future<number>' is not assignable to type 'Promise<string>'
export const wrong: Promise<string> = worker.add(1)
