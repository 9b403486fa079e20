/**
 * What we use of the contenders' packages, and no more. So the types of bench/ can be checked where bench/node_modules is missing, and are the
 * same where it is there.
 */

declare module 'comlink' {
  export function expose(service: object, endpoint: object): void
  export function wrap<T>(endpoint: object): {
    readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never
  }
}
declare module 'comlink/dist/esm/node-adapter.mjs' {
  export default function nodeEndpoint(port: object): object
}
declare module 'piscina' {
  export class Piscina {
    constructor(options: {
      readonly filename: string
      readonly minThreads: number
      readonly maxThreads: number
      readonly concurrentTasksPerWorker: number
      readonly atomics: 'sync' | 'async' | 'disabled'
    })
    run(task: unknown, options: { readonly name: string }): Promise<unknown>
  }
}
declare module 'tinypool' {
  export class Tinypool {
    constructor(options: {
      readonly filename: string
      readonly minThreads: number
      readonly maxThreads: number
      readonly concurrentTasksPerWorker: number
    })
    run(task: unknown, options: { readonly name: string }): Promise<unknown>
  }
}
declare module 'workerpool' {
  export function pool(
    script: string,
    options: { readonly workerType: 'thread'; readonly minWorkers: number; readonly maxWorkers: number },
  ): { exec(name: string, args: readonly unknown[]): PromiseLike<unknown> }
  export function worker(functions: object): void
}
declare module 'poolifier' {
  export class FixedThreadPool {
    constructor(threads: number, script: string, options?: object)
    execute(data: unknown, name: string): Promise<unknown>
    destroy(): Promise<void>
  }
  export const ThreadWorker: new (functions: Readonly<Record<string, (data: never) => unknown>>) => object
}
declare module 'threadedclass' {
  function threadedClass<T>(
    module: string,
    name: string,
    args: readonly unknown[],
  ): Promise<{
    readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never
  }>
  /** CommonJS whose names Node cannot tell. */
  const commonJs: { readonly threadedClass: typeof threadedClass }
  export default commonJs
}
declare module 'nact' {
  export interface Ref {
    readonly path: unknown
  }
  export interface Context {
    readonly sender: Ref
  }
  export function start(): Ref
  export function spawn<State, Message>(
    parent: Ref,
    handle: (this: Context, state: State, message: Message, context: Context) => State,
    name: string,
    options: { readonly initialState: State },
  ): Ref
  export function dispatch(to: Ref, message: unknown): void
  export function query(to: Ref, message: (sender: Ref) => unknown, timeoutMs: number): Promise<unknown>
}
declare module 'xstate' {
  export interface Actor<State> {
    start(): this
    send(event: object): void
    getSnapshot(): { readonly context: State }
  }
  export function fromTransition<State, Event>(
    transition: (state: State, event: Event) => State,
    initial: State,
  ): { readonly transitionOf: State }
  export function createActor<State>(logic: { readonly transitionOf: State }): Actor<State>
}
