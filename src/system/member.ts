/**
 * Member: one thread's part in a system, wired together: host, event loop, log, line to the kernel. The main thread has one for each
 * system, every other thread one for its life.
 */

import { Commands, type Loader } from '../threads/commands.ts'
import type { Engine, TurnLoop } from '../threads/engine.ts'
import { ThreadHost } from '../threads/host.ts'
import { KernelLine, type News } from '../threads/kernel-line.ts'
import type { KernelPort } from '../threads/kernel-port.ts'
import { installScopes } from '../threads/scopes.ts'
import { SystemMemory, ThreadMemory } from '../threads/shared-state.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { ThreadLog, type LogSettings } from './log.ts'

export interface MemberOptions {
  readonly place: Place
  readonly label: string
  readonly port: KernelPort
  readonly engine: Engine
  readonly system: SystemMemory
  readonly memory: ThreadMemory
  readonly blockingForbidden: string | undefined
  readonly log: LogSettings
  /** From how many bytes on the log tells of a copy; undefined: of none. */
  readonly largeCopies: number | undefined
  readonly stopTimeoutMs: number
  readonly loader: Loader
  /** Leaves the thread, when the kernel says so. */
  readonly leave: () => void
  /** Sees the news of the kernel besides. */
  readonly onNews?: (news: News) => void
}

export interface Member {
  readonly host: ThreadHost
  readonly line: KernelLine
  readonly log: ThreadLog
  readonly loop: TurnLoop
  /** Code outside any object is looked after by this member no longer. */
  readonly uninstall: () => void
}

export function makeMember(options: MemberOptions): Member {
  const { engine } = options
  const log = new ThreadLog(options.log, options.label)
  const line = new KernelLine(options.port, {
    command: (command) => commands.run(command),
    news: (news) => {
      if (news.kind === 'logLevel') log.level = news.level
      options.onNews?.(news)
      host.news(news)
    },
  })
  const loop = engine.loop(() => host.turn())
  const host = new ThreadHost({
    place: options.place,
    engine,
    line,
    system: options.system,
    memory: options.memory,
    blockingForbidden: options.blockingForbidden,
    plan: loop.plan,
    woken: loop.woken,
    loggerFor: log.forObject,
    log: log.own,
    largeCopies: options.largeCopies,
    stopTimeoutMs: options.stopTimeoutMs,
  })
  const commands = new Commands({ host, line, loader: options.loader, leave: options.leave })
  const uninstall = installScopes(host)
  // From its first turn on the loop is asleep or has a turn planned, which is what ringers rely on.
  loop.plan()
  return { host, line, log, loop, uninstall }
}
