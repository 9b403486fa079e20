/**
 * How the kernel gets threads, and links between them: a port, so that a simulation can make them in one real thread; and the real one, by
 * Node's Workers.
 */

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, parentPort, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { realError } from '../wire/error-form.ts'
import { makeLinkPair, transferOf, type LinkHalf, type LinkKind } from '../wire/link-pair.ts'
import type { Place, ThreadBoot, ToKernel, ToThread } from '../wire/kernel-protocol.ts'

/** How a thread has ended. */
export interface ThreadExit {
  /** In words: `it threw: …`, `out of memory`, `exit code 3`. */
  readonly reason: string
  readonly error: unknown
  /** By itself, with code 0. */
  readonly isClean: boolean
}

export interface ThreadEvents {
  message(message: ToKernel): void
  /** Once; nothing comes after it. */
  exit(exit: ThreadExit): void
}

export interface ThreadHandle {
  post(message: ToThread): void
  listen(events: ThreadEvents): void
  /** Ends it wherever it stands, unless it stands in native code. */
  terminate(): void
  /** Frees what the kernel has of it. */
  close(): void
  /** Node's number of it. */
  readonly threadId: number
  /** How long its event loop has slept in all, in ms; undefined where that cannot be seen from the kernel. */
  idleMs(): number | undefined
}

export interface ThreadMaker {
  make(wish: {
    readonly module: string
    readonly label: string
    readonly boot: Omit<ThreadBoot, 'port'>
    readonly resourceLimits: object | undefined
  }): ThreadHandle
  /** Lays the link between two threads: the half of the one that asks for it, and that of the other. */
  link(asking: Place, place: Place, kind: LinkKind): readonly [LinkHalf, LinkHalf]
}

/** The key of workerData under which a thread finds what it is. */
export const BOOT_KEY = 'tsworks'

/** Threads of Node. Made in the kernel, which is their parent. */
export const workerMaker: ThreadMaker = {
  make({ module, label, boot, resourceLimits }) {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker(new URL(module), {
      name: label,
      workerData: { [BOOT_KEY]: { ...boot, port: port2 } },
      transferList: [port2],
      // A thread has no arguments of its own unless it is given some; a program that reads its size from them must not differ.
      argv: process.argv.slice(2),
      env: withCompileCache(process.env),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    })
    return new WorkerHandle(worker, port1)
  },
  link: (_asking, _place, kind) => makeLinkPair(kind),
}

/**
 * The environment of a thread: with a folder where Node keeps compiled code, so that a thread reads what others have compiled (the tsworks
 * package takes two thirds of a thread's start else). Node's own folder for it; a program may name another one, or forbid it.
 */
function withCompileCache(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isDecided = ['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'].some((name) => env[name])
  return isDecided ? env : { ...env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
}

class WorkerHandle implements ThreadHandle {
  readonly #worker: Worker
  readonly #port: MessagePort
  #error: { readonly error: unknown } | undefined

  constructor(worker: Worker, port: MessagePort) {
    this.#worker = worker
    this.#port = port
    // No protocol of ours runs on the Worker's own port: under `node --watch` Node posts there what the main thread must know.
    worker.on('message', (message: unknown) => parentPort?.postMessage(message))
  }

  post(message: ToThread): void {
    this.#port.postMessage(message, message.kind === 'introduced' ? transferOf(message.half) : [])
  }

  listen(events: ThreadEvents): void {
    this.#port.on('message', (message: ToKernel) => events.message(message))
    this.#worker.on('error', (error: unknown) => {
      this.#error = { error: realError(error) }
    })
    this.#worker.on('exit', (code) => {
      // What it had reported before it ended is still on the port.
      for (const message of readAll(this.#port)) events.message(message as ToKernel)
      events.exit(exitOf(code, this.#error))
    })
  }

  terminate(): void {
    void this.#worker.terminate()
  }

  close(): void {
    this.#port.close()
  }

  get threadId(): number {
    return this.#worker.threadId
  }

  idleMs(): number {
    return this.#worker.performance.eventLoopUtilization().idle
  }
}

function* readAll(port: MessagePort): Generator {
  for (;;) {
    const received = receiveMessageOnPort(port)
    if (received === undefined) return
    yield received.message
  }
}

/** What Node says of the end of a Worker: its exit code, and what it has thrown. */
export function exitOf(code: number, thrown: { readonly error: unknown } | undefined): ThreadExit {
  return { reason: reasonOf(code, thrown), error: thrown?.error, isClean: code === 0 && thrown === undefined }
}

function reasonOf(code: number, thrown: { readonly error: unknown } | undefined): string {
  if (thrown === undefined) return `its thread exited with code ${code}`
  const { error } = thrown
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return 'its thread ran out of memory'
  return `its thread ended by an error: ${error instanceof Error ? error.message : String(error)}`
}
