/** What the parts of one thread's host share: inbound.ts, outbound.ts and the ties of its Futures work on these. */

import type { Cell } from '../core/cell.ts'
import type { Clock } from '../core/clock.ts'
import type { References } from '../wire/codec.ts'
import type { Trace } from '../core/trace.ts'
import type { PassOn } from '../wire/copy.ts'
import type { Observer, Place } from '../wire/kernel-protocol.ts'
import type { BegunCalls } from './begun-calls.ts'
import type { Counts } from './counts.ts'
import type { Directory } from './directory.ts'
import type { Drop } from './drops.ts'
import type { FutureTable } from './future-table.ts'
import type { LargeCopies } from './large-copies.ts'
import type { Lending } from './lending.ts'
import type { OpenCalls } from './open-calls.ts'
import type { Death } from './population.ts'
import type { Rooms } from './rooms.ts'
import type { Routes } from './routes.ts'
import type { SystemMemory } from './shared-state.ts'
import type { Waits } from './waits.ts'
import type { Watches } from './watches.ts'

export interface Parts {
  readonly here: Place
  readonly clock: Clock
  readonly system: SystemMemory
  readonly counts: Counts
  /** Calls of other threads that were begun here. */
  readonly begun: BegunCalls
  /** The objects of this thread, by pid; dead ones are taken out. */
  readonly cells: ReadonlyMap<number, Cell>
  readonly directory: Directory
  readonly calls: OpenCalls
  readonly futures: FutureTable
  readonly lending: Lending
  readonly routes: Routes
  readonly rooms: Rooms
  readonly watches: Watches
  readonly waits: Waits
  readonly references: References
  /** For copies within this thread (passing.ts). */
  readonly passOn: PassOn
  /** How an object that lived here has died; undefined for one that lives. */
  readonly deathOf: (pid: number) => Death | undefined
  /** Tells the kernel, which remembers it for the case that this thread dies. */
  readonly noteObserver: (observed: number, observer: Observer, on: boolean) => void
  /** Counts, notes and tells of a message that was taken here and is not handled, and of one that does not leave here. */
  readonly drop: Drop
  readonly refuse: Drop
  readonly largeCopies: LargeCopies
  /** How long an object may take to end, in ms. */
  readonly stopTimeoutMs: number
  readonly trace: Trace | undefined
}
