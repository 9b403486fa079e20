/** A thread of objects: it was started with the user's module as its entry, and found by importing tsworks what it is. */

import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import type { ThreadBoot } from '../wire/kernel-protocol.ts'
import { leaveThread } from './leave.ts'
import { makeLoader } from './loader.ts'
import type { LogSettings } from './log.ts'
import { makeMember } from './member.ts'

/** What each thread gets of the settings. */
export interface ForThreads {
  readonly log: LogSettings
}

let waitsInStart: string | undefined

/** This thread's module has reached start(), which does not return here. */
export function moduleWaits(url: string): void {
  waitsInStart = url
}

/** Joins the system; the commands of the kernel come by the event loop, when the module's own code has run. */
export function runThread(boot: ThreadBoot): void {
  const { log } = boot.forThreads as ForThreads
  const { host, line } = makeMember({
    place: boot.place,
    label: boot.label,
    port: boot.port,
    system: new SystemMemory(boot.systemMemory),
    memory: new ThreadMemory(boot.threadMemory),
    blockingForbidden: boot.blockingForbidden,
    log,
    loader: makeLoader(() => waitsInStart),
    leave: () => void leaveThread(),
  })
  host.learn(boot.cast)
  line.tell({ kind: 'up' })
}
