/** `this.watch(remote)`: one `onDown` for each watched object, as a message to the one that watches (S36). */

import type { Cell } from '../core/cell.ts'
import { ActorDead } from '../core/errors.ts'
import { NO_CONTEXT } from '../core/message.ts'
import type { NamedTarget } from './directory.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { Parts } from './parts.ts'
import { Watches } from './watches.ts'

export class UserWatches {
  readonly #watches: Watches
  /** For each object here that watches: what forgets each of its watches. */
  readonly #by = new Map<number, Map<object, () => void>>()

  constructor(watches: Watches) {
    this.#watches = watches
  }

  /** Twice is harmless while the other lives. */
  watch(cell: Cell, target: NamedTarget): void {
    let watched = this.#by.get(cell.pid)
    if (watched === undefined) this.#by.set(cell.pid, (watched = new Map()))
    if (watched.has(target.remote)) return
    const list = watched
    list.set(target.remote, () => {})
    const down = (reason: string): void => {
      list.delete(target.remote)
      const args = [target.remote, reason]
      cell.enqueue({
        kind: 'down',
        method: 'onDown',
        args,
        from: cell.pid,
        context: NO_CONTEXT,
        reply: undefined,
        own: undefined,
        loan: undefined,
        receipt: undefined,
      })
    }
    this.#whenDead(target, down, (forget) => {
      if (list.has(target.remote)) list.set(target.remote, forget)
      else forget()
    })
  }

  /** The same for code outside any object. */
  watchOutside(target: NamedTarget, told: (reason: string) => void): void {
    this.#whenDead(target, told, () => {})
  }

  /** The object has ended: nobody tells it anything any more. */
  ended(pid: number): void {
    for (const forget of this.#by.get(pid)?.values() ?? []) forget()
    this.#by.delete(pid)
  }

  #whenDead(target: NamedTarget, told: (reason: string) => void, watching: (forget: () => void) => void): void {
    target.whenLocated({
      go: ({ pid, place }) => watching(this.#watches.watch(pid, place, { of: 'object', told })),
      fail: (error) => told(deathIn(error)),
    })
  }
}

/** The watches of a thread, by way of its roads and its directory. */
export function watchesOf(here: Place, parts: () => Parts): Watches {
  return new Watches({
    here,
    deathOf: (pid) => parts().deathOf(pid)?.reason,
    find: (pid, { at, dead }) => {
      const { directory } = parts()
      directory.ofPid(directory.nameOf(pid), pid).whenLocated({
        go: (location) => at(location.place),
        fail: (error) => dead(deathIn(error)),
      })
    },
    ask: (to, pid) => parts().routes.send(to, 'answer', { kind: 'watch', pid }),
    tell: (to, down) => void parts().routes.send(to, 'answer', { kind: 'down', ...down }),
  })
}

/** Why it is not there, in the words that one hears who has watched it before. */
export function deathIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message } = error
  const prefix = error instanceof ActorDead ? `${error.actor} is dead: ` : ''
  return message.startsWith(prefix) ? message.slice(prefix.length) : message
}
