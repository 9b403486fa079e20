/** Asking the kernel to end an object, or the thread that it lives in. */

import { Future, settleFuture, tieFuture, type FutureKeeper } from '../core/future.ts'
import type { ToKernel } from '../wire/kernel-protocol.ts'
import type { NamedTarget } from './directory.ts'
import type { KernelLine } from './kernel-line.ts'
import { systemTie } from './system-tie.ts'

export class ObjectEnds {
  readonly #line: KernelLine
  readonly #keeper: FutureKeeper

  constructor(line: KernelLine, keeper: FutureKeeper) {
    this.#line = line
    this.#keeper = keeper
  }

  /** Ends an object, a child of `by`; anybody, where `by` is 0. */
  stopObject(target: NamedTarget, how: { readonly by: number; readonly reason: string }): Future<void> {
    return this.#askOf(target, (pid, request) => ({ kind: 'stopObject', request, pid, ...how }))
  }

  /** What settles once an object that is ended here has ended. */
  settledBy(target: NamedTarget, ending: Promise<void>): Future<void> {
    const future = this.#futureOf(target)
    void ending.then(() => settleFuture(future, { ok: true, value: undefined }))
    return future
  }

  /** Ends the thread of an object. */
  killThread(target: NamedTarget, reason: string): Future<void> {
    return this.#askOf(target, (pid, request) => ({ kind: 'killThread', request, pid, reason }))
  }

  /** Asks it once it is known which object that is; it need not live anywhere just now: the next incarnation is not waited for (S34). */
  #askOf(target: NamedTarget, message: (pid: number, request: number) => ToKernel): Future<void> {
    const future = this.#futureOf(target)
    const fail = (error: unknown): boolean => settleFuture(future, { ok: false, error })
    const ask = (pid: number): void => {
      this.#line
        .ask((request) => message(pid, request))
        .then(() => settleFuture(future, { ok: true, value: undefined }), fail)
    }
    const pid = target.pidOfKnown
    if (pid !== undefined) ask(pid)
    else target.whenLocated({ go: (location) => ask(location.pid), fail })
    return future
  }

  #futureOf(target: NamedTarget): Future<void> {
    const future = new Future<void>()
    tieFuture(future, systemTie(`the end of ${target.name}`), this.#keeper)
    return future
  }
}
