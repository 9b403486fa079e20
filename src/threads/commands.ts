/**
 * What the kernel tells a thread to do: make objects, run their hooks, halt or end them, leave.
 *
 * How a class is found and a configuration read is not known here: that is the Loader's, a port that `system/` implements.
 */

import { StartError, type StartPhase } from '../core/errors.ts'
import type { Cell } from '../core/cell.ts'
import type { AnyClass } from '../core/traits.ts'
import { decode } from '../wire/codec.ts'
import type { ObjectPlan, StartHook } from '../wire/kernel-protocol.ts'
import { errorToBytes } from './error-bytes.ts'
import type { ThreadHost } from './host.ts'
import type { Command, KernelLine } from './kernel-line.ts'
import type { PlanHere } from './population.ts'
import { startErrorIn } from './start-phase.ts'

/** Finds what a plan names, in this thread. */
export interface Loader {
  /** The class of a definition, and what its constructor gets unless the plan says otherwise; rejects with what is wrong. */
  load(plan: ObjectPlan): Promise<{ readonly userClass: AnyClass; readonly args: readonly unknown[] }>
  /** Reads an object's configuration: into `cell.config`, or by calling its configuration file with the object. */
  configure(cell: Cell, plan: ObjectPlan): Promise<void>
}

export interface CommandsOptions {
  readonly host: ThreadHost
  readonly line: KernelLine
  readonly loader: Loader
  /** Leaves the thread. */
  readonly leave: () => void
}

export class Commands {
  readonly #options: CommandsOptions

  constructor(options: CommandsOptions) {
    this.#options = options
  }

  run(command: Command): void {
    switch (command.kind) {
      case 'make':
        return this.#answer(command.command, this.#make(command))
      case 'hook':
        return this.#answer(command.command, this.#hook(command.pid, command.hook))
      case 'open':
        for (const pid of command.pids) this.#options.host.cells.get(pid)?.open()
        return this.#options.line.tell({ kind: 'done', command: command.command })
      case 'end':
        return this.#answer(command.command, this.#end(command))
      case 'halt':
        return this.#answer(command.command, this.#halt(command))
      case 'kill':
        return this.#options.host.cells.get(command.pid)?.kill(command.reason, { keepMail: command.keepMail })
      case 'exit':
        // What waits for others goes first, to threads too that this one is not introduced to yet.
        return this.#options.host.parts.routes.handOver(() => {
          this.#options.host.flush()()
          this.#options.leave()
        })
      default:
        throw new TypeError(`unknown command: ${JSON.stringify(command satisfies never)}`)
    }
  }

  #answer(command: number, work: Promise<void>): void {
    const { line } = this.#options
    work.then(
      () => line.tell({ kind: 'done', command }),
      (error: unknown) => line.tell({ kind: 'failed', command, error: errorToBytes(error) }),
    )
  }

  async #make({ plan, observers }: Extract<Command, { readonly kind: 'make' }>): Promise<void> {
    const host = this.#options.host
    const cell = host.cellFor(plan)
    host.observedBy(plan.pid, observers)
    const loaded = await phase(plan.name, 'load', () => this.#options.loader.load(plan))
    host.children.births.loaded(plan.key, loaded)
    await phase(plan.name, 'construct', () => {
      const given = plan.args && { bytes: plan.args, attachments: [] }
      const args = given && (decode(given, host.parts.references, { path: 'options.args' }) as unknown[])
      return cell.construct(loaded.userClass, args ?? loaded.args)
    })
  }

  async #hook(pid: number, hook: StartHook): Promise<void> {
    const cell = this.#options.host.cells.get(pid)
    if (cell === undefined) throw new StartError(`object ${pid} has ended before its ${hook}`, { phase: hook })
    const { name } = cell
    if (hook === 'onConfigure')
      await phase(name, 'configuration', () => this.#options.loader.configure(cell, cell.identity as PlanHere))
    await phase(name, hook, () => cell.startHook(hook))
  }

  async #halt({ pid, reason }: Extract<Command, { readonly kind: 'halt' }>): Promise<void> {
    await this.#options.host.cells.get(pid)?.halt(reason)
  }

  async #end({ pid, reason, drain }: Extract<Command, { readonly kind: 'end' }>): Promise<void> {
    const { host } = this.#options
    // What others had sent before they asked for this end may still be on the road (S30).
    if (drain) host.takeArrived()
    await host.cells.get(pid)?.end(reason, { drain })
  }
}

/** Runs one phase of a start; what it throws becomes the cause of a StartError that names object and phase. */
async function phase<T>(actor: string, name: StartPhase, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw startErrorIn(actor, name, error)
  }
}
