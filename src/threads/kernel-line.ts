/**
 * A thread's line to the kernel: asks and reports go out, commands and news come in.
 *
 * A thread that is blocked in get() still has to hear news (introductions, deaths, inspection), but may not run a command in the
 * middle of a handler (a new object would be constructed inside it). So `poll()` hands over the news at once and keeps the commands
 * until the event loop has its turn; each kind keeps its own order.
 */

import type { ToKernel, ToThread } from '../wire/kernel-protocol.ts'
import { errorFromBytes } from './error-bytes.ts'
import type { KernelPort } from './kernel-port.ts'

export type Command = Extract<ToThread, { readonly kind: 'make' | 'hook' | 'open' | 'end' | 'halt' | 'kill' | 'exit' }>
const COMMANDS: ReadonlySet<ToThread['kind']> = new Set<Command['kind']>([
  'make',
  'hook',
  'open',
  'end',
  'halt',
  'kill',
  'exit',
])
export type News = Exclude<ToThread, Command | { readonly kind: 'answer' | 'refusal' }>

export interface KernelListener {
  command(command: Command): void
  news(news: News): void
}

interface Asked {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export class KernelLine {
  readonly #port: KernelPort
  readonly #listener: KernelListener
  readonly #asked = new Map<number, Asked>()
  #request = 0
  #closed: Error | undefined
  #deferred: Command[] = []

  constructor(port: KernelPort, listener: KernelListener) {
    this.#port = port
    this.#listener = listener
    port.listen((message) => {
      this.runDeferred()
      this.#handle(message)
    })
  }

  tell(message: ToKernel): void {
    this.#port.post(message)
  }

  /** Asks something that the kernel answers; `message` makes it from the number of the request. */
  ask(message: (request: number) => ToKernel): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const request = ++this.#request
    return new Promise((resolve, reject) => {
      this.#asked.set(request, { resolve, reject })
      this.#port.post(message(request))
    })
  }

  /** Hands over what has arrived while the event loop stands still. */
  poll(): void {
    for (;;) {
      const message = this.#port.receive()
      if (message === undefined) return
      if (isCommand(message)) this.#deferred.push(message)
      else this.#handle(message)
    }
  }

  /** Runs the commands that poll() has kept; called at each turn of the event loop. */
  runDeferred(): void {
    if (this.#deferred.length === 0) return
    const commands = this.#deferred
    this.#deferred = []
    for (const command of commands) this.#listener.command(command)
  }

  /** Ends the line; what was asked and not answered rejects. */
  close(why: Error): void {
    this.#closed = why
    this.#port.close()
    for (const { reject } of this.#asked.values()) reject(why)
    this.#asked.clear()
  }

  #handle(message: ToThread): void {
    if (isCommand(message)) this.#listener.command(message)
    else if (message.kind === 'answer') this.#settle(message.request)?.resolve(message.value)
    else if (message.kind === 'refusal') this.#settle(message.request)?.reject(errorFromBytes(message.error))
    else this.#listener.news(message)
  }

  #settle(request: number): Asked | undefined {
    const asked = this.#asked.get(request)
    this.#asked.delete(request)
    return asked
  }
}

function isCommand(message: ToThread): message is Command {
  return COMMANDS.has(message.kind)
}
