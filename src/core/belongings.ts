/**
 * What an object owns outside of tsworks, sockets say, and how it hears of them. All of it ends with the incarnation that has opened it.
 *
 *   opened ─▶ the object drains: rest ─▶ it ends: rest ─▶ onStop ─▶ close ─▶ gone
 *                                            ╰─ it is killed ─▶ abort ───────▲
 *
 * News of them are messages of the object's own: they wait in its mailbox, in their order, run between other messages and never beside one
 * (S4). They take no room there (S8): whoever brings them sees to it that few wait, and reads no more of its source meanwhile. One may stand for much
 * that has come, and take it one by one as long as nothing comes first (`takesAnother`).
 */

import type { Handler } from './behaviour.ts'
import type { Cell } from './cell.ts'
import type { Clock } from './clock.ts'
import { NotInTurn } from './errors.ts'
import type { FutureKeeper } from './future.ts'
import type { Logger } from './logger.ts'
import { ownMessage, type OwnEvent, type Receipt } from './message.ts'
import type { Hook } from './words.ts'

/** Something that an object owns. None of these throws, and again is harmless. */
export interface Owned {
  /** It takes nothing more in that nobody waits for; what it has taken in is still told, for as long as the object handles messages. */
  rest(): void
  /** It ends in order: what it was given to send is sent. Settles when it has ended, in a time that it limits itself; never rejects. */
  close(reason: string): Promise<void>
  /** It ends at once. */
  abort(reason: string): void
}

/** News for an object: what is done in its turn, and what becomes of the message until then. */
export interface News extends OwnEvent, Receipt {}

/** An object as what it owns sees it. */
export interface Owner {
  /** For errors and logs. */
  readonly name: string
  readonly clock: Clock
  readonly log: Logger
  /** Who looks after the Futures that it gets of them. */
  readonly keeper: FutureKeeper
  /** Adds something; gives what takes it away again. Throws in the name of `call` once the object has ended. */
  own(owned: Owned, call: string): () => void
  /** Puts news into its mailbox; `method` names them in logs and errors. */
  tell(method: Hook, news: News): void
  /** Whether the turn in hand may take one more of what its message brings, as the next message would be taken; then it is counted as one. */
  takesAnother(): boolean
  /** When the caller of the turn in hand stops waiting, on the clock (S15); undefined where it waits without end, or there is none. */
  readonly deadline: number | undefined
  /** Who is asked for a hook now: the current State, or the object; undefined where neither declares it. */
  hook(name: Hook): Handler | undefined
}

export class Belongings implements Owner {
  readonly #cell: Cell
  readonly #all = new Set<Owned>()

  constructor(cell: Cell) {
    this.#cell = cell
  }

  get name(): string {
    return this.#cell.name
  }

  get clock(): Clock {
    return this.#cell.host.clock
  }

  get keeper(): FutureKeeper {
    return this.#cell.host
  }

  get log(): Logger {
    return this.#cell.log
  }

  get deadline(): number | undefined {
    return this.#cell.host.currentTurn(this.#cell)?.message.context.deadline
  }

  own(owned: Owned, call: string): () => void {
    if (this.#cell.isOver)
      throw new NotInTurn(`${this.name}: ${call}: this object has ended, so nothing would end what it opens`)
    this.#all.add(owned)
    return () => this.#all.delete(owned)
  }

  tell(method: Hook, news: News): void {
    this.#cell.enqueue(ownMessage(this.#cell.pid, 'io', method, news))
  }

  takesAnother(): boolean {
    return this.#cell.takesAnother()
  }

  hook(name: Hook): Handler | undefined {
    return this.#cell.behaviour.hook(name)
  }

  rest(): void {
    for (const owned of [...this.#all]) owned.rest()
  }

  /** undefined where there is nothing to wait for. */
  close(reason: string): Promise<unknown> | undefined {
    return this.#all.size === 0 ? undefined : Promise.all(Array.from(this.#all, (owned) => owned.close(reason)))
  }

  abort(reason: string): void {
    for (const owned of [...this.#all]) owned.abort(reason)
    this.#all.clear()
  }
}
